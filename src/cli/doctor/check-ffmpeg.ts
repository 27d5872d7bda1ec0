import type { Settings } from '../../conf/settings.ts';
import { formatUri } from '../render/format-uri.ts';
import { locateProgram, runProgram } from '../run-program.ts';
import type { Check } from './check.ts';

const INSTALL = 'Install FFmpeg (apt-get install ffmpeg, brew install ffmpeg)';
/** Encoders that presets use, and whether one can do without those presets. */
const ENCODERS = [
  { name: 'libx264', isNeeded: true, makes: 'H.264' },
  { name: 'aac', isNeeded: true, makes: 'AAC' },
  { name: 'libsvtav1', isNeeded: false, makes: 'AV1 (preset av1_web)' },
  { name: 'libopus', isNeeded: false, makes: 'Opus (preset av1_web)' },
] as const;

/** FFmpeg and ffprobe as the nodes would find them, and what FFmpeg can encode. */
export async function checkFFmpeg(settings: Settings): Promise<readonly Check[]> {
  const ffmpeg = settings.ffmpegPath ?? 'ffmpeg';
  const [program, prober] = await Promise.all([
    checkProgram('ffmpeg', ffmpeg, 'FFMPEG_PATH'),
    checkProgram('ffprobe', settings.ffprobePath ?? 'ffprobe', 'FFPROBE_PATH'),
  ]);
  if (program.verdict !== 'ok') return [program, prober];
  return [
    program,
    prober,
    checkEncoders((await runProgram(ffmpeg, ['-hide_banner', '-encoders'])) ?? ''),
  ];
}

async function checkProgram(name: string, given: string, setting: string): Promise<Check> {
  const [path, text] = await Promise.all([locateProgram(given), runProgram(given, ['-version'])]);
  const advice = `${INSTALL}, or set ${setting} to where it is.`;
  if (path === undefined) {
    const found = given === name ? 'not found in PATH' : `not found: ${formatUri(given)}`;
    return { name, verdict: 'problem', found, advice };
  }
  const [, version] = /version (\S+)/.exec(text ?? '') ?? [];
  if (version === undefined) {
    return { name, verdict: 'problem', found: `${formatUri(path)} cannot be run`, advice };
  }
  return { name, verdict: 'ok', found: `${version}  ${formatUri(path)}` };
}

/** @param list what `ffmpeg -encoders` prints */
export function checkEncoders(list: string): Check {
  const known = new Set(list.split('\n').map((line) => line.trim().split(/\s+/)[1]));
  const missing = ENCODERS.filter(({ name }) => !known.has(name));
  const there = ENCODERS.filter(({ name }) => known.has(name)).map(({ name }) => name);
  if (missing.length === 0) return { name: 'encoders', verdict: 'ok', found: there.join(', ') };
  return {
    name: 'encoders',
    verdict: missing.some(({ isNeeded }) => isNeeded) ? 'problem' : 'warning',
    found: `without ${missing.map(({ name }) => name).join(', ')}`,
    advice: `This FFmpeg cannot make ${missing.map(({ makes }) => makes).join(', ')}; another build can.`,
  };
}
