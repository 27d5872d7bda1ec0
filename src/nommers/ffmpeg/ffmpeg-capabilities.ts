import { execa, ExecaError } from 'execa';
import { NommerError, received } from '../../core/errors.ts';
import { CHILD_ENVIRONMENT, type Containment } from './containment/containment.ts';
import { findContainment } from './containment/find-containment.ts';
import type { FFmpegLimits } from './containment/limits.ts';
import { findProgram } from './find-program.ts';

/** What the FFmpeg in hand is and can do; nothing is guessed from its version. */
export interface FFmpegCapabilities {
  /** Absolute path. */
  readonly ffmpeg: string;
  /** Absolute path. */
  readonly ffprobe: string;
  /** `5.1.9-0+deb12u1`. */
  readonly version: string;
  readonly encoders: ReadonlySet<string>;
  readonly muxers: ReadonlySet<string>;
  /** Its own options; not those of codecs, muxers and demuxers. */
  readonly mainOptions: ReadonlySet<string>;
  /** Whether ffprobe can be started before the file is there: see `probeAhead`. */
  readonly probesAhead: boolean;
  readonly containment: Containment;
  readonly limits: FFmpegLimits;
}

export interface FFmpegPrograms {
  /** A path, or a name to look up in PATH. */
  readonly ffmpegPath: string;
  /** A path, or a name to look up in PATH. */
  readonly ffprobePath: string;
}

/**
 * Asks FFmpeg what it can do; takes some tenths of a second.
 * @throws NommerError FFMPEG_MISSING, naming the program that cannot be run; ENCODE_CRASHED, INTERNAL
 */
export async function askCapabilities(
  programs: FFmpegPrograms,
  limits: FFmpegLimits,
): Promise<FFmpegCapabilities> {
  const [ffmpeg, ffprobe] = await Promise.all([
    locate(programs.ffmpegPath, 'FFMPEG_PATH'),
    locate(programs.ffprobePath, 'FFPROBE_PATH'),
  ]);
  const containment = await findContainment({ ffmpeg, ffprobe }, limits);
  const [[version, encoders, muxers, options], protocols] = await Promise.all([
    askInTurn(ffmpeg, [['-version'], ['-encoders'], ['-muxers'], ['-h', 'long']]),
    ask(ffprobe, ['-protocols']),
  ]);
  return {
    ffmpeg,
    ffprobe,
    version: /^ffmpeg version (\S+)/m.exec(version)?.[1] ?? 'unknown',
    encoders: namesIn(encoders, /^ [VAS][A-Z.]{5} ([^\s=]+)/gm),
    muxers: namesIn(muxers, /^ [D ]?E[d ]? +([^\s=]+)/gm),
    mainOptions: namesIn(options, /^-([a-z]\w*)/gim),
    probesAhead: /^\s*concatf$/m.test(protocols),
    containment,
    limits,
  };
}

async function locate(path: string, setting: string): Promise<string> {
  const found = await findProgram(path);
  if (found !== undefined) return found;
  throw new NommerError(
    'FFMPEG_MISSING',
    `There is no program that can be run at ${path}: install FFmpeg or set ${setting}; received ${received(path)}`,
  );
}

/** Who counts ffmpeg processes shall never see more than there are slots. */
async function askInTurn<const Questions extends readonly (readonly string[])[]>(
  program: string,
  questions: Questions,
): Promise<{ [Index in keyof Questions]: string }> {
  const answers: string[] = [];
  for (const question of questions) answers.push(await ask(program, question));
  return answers as { [Index in keyof Questions]: string };
}

async function ask(program: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await execa(program, ['-hide_banner', ...args], {
      stdin: 'ignore',
      env: CHILD_ENVIRONMENT,
      extendEnv: false,
      timeout: 30_000,
    });
    return stdout;
  } catch (thrown: unknown) {
    // Somebody killed it, the system for want of memory perhaps: it is not missing for that.
    const wasKilled = thrown instanceof ExecaError && (thrown.isTerminated || thrown.timedOut);
    const code = wasKilled ? 'ENCODE_CRASHED' : 'FFMPEG_MISSING';
    throw new NommerError(code, `${program} does not run: ${reason(thrown)}`, {
      cause: thrown,
    });
  }
}

function reason(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.split('\n', 2).join(' ');
}

function namesIn(text: string, pattern: RegExp): ReadonlySet<string> {
  return new Set([...text.matchAll(pattern)].flatMap(([, names = '']) => names.split(',')));
}
