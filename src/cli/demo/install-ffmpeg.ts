import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NommerError } from '../../core/errors.ts';
import { runProgram } from '../run-program.ts';
import type { FFmpegPaths } from './find-ffmpeg.ts';

/**
 * Packages that hold the programs themselves and run nothing when they are installed. Old, and for the
 * demo alone. npm refuses a package whose content has another hash than the one written here.
 */
const PACKAGES = {
  '@ffmpeg-installer/linux-x64': {
    version: '4.1.0',
    integrity:
      'sha512-Y5BWhGLU/WpQjOArNIgXD3z5mxxdV8c41C+U15nsE5yF8tVcdCGet5zPs5Zy3Ta6bU7haGpIzryutqCGQA/W8A==',
  },
  '@ffprobe-installer/linux-x64': {
    version: '5.2.0',
    integrity:
      'sha512-D3UeqTLYPNs7pBWPLUYGehPdRVqU8eACox4OZy3pZUZatxye2YKlvBwEfaLdL1v2Z4FOAlLUhms0kY8m8kqSRA==',
  },
} as const;

const HOW_TO_INSTALL =
  'Install FFmpeg (apt-get install ffmpeg, dnf install ffmpeg, brew install ffmpeg) or set FFMPEG_PATH and FFPROBE_PATH';
const INSTALL_MS = 10 * 60_000;

/**
 * Brings FFmpeg by npm into the data folder, unless it is there from an earlier demo.
 * @throws NommerError FFMPEG_MISSING where there is none for this machine, or npm does not deliver
 */
export async function installFFmpeg(
  dataDir: string,
  say: (text: string) => void,
): Promise<FFmpegPaths> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new NommerError(
      'FFMPEG_MISSING',
      `There is no FFmpeg that makes H.264 here. ${HOW_TO_INSTALL}`,
    );
  }
  const prefix = join(dataDir, 'ffmpeg');
  const paths = {
    ffmpeg: join(prefix, 'node_modules/@ffmpeg-installer/linux-x64/ffmpeg'),
    ffprobe: join(prefix, 'node_modules/@ffprobe-installer/linux-x64/ffprobe'),
  };
  if (await bothRun(paths)) return paths;

  say(
    `No FFmpeg here that makes H.264: npm fetches one into ${prefix} (142 MB).\n` +
      'It is of 2018 and for a first try only. For real work: apt-get install ffmpeg',
  );
  await mkdir(prefix, { recursive: true });
  await writeFile(join(prefix, 'package.json'), JSON.stringify(manifest(), null, 2));
  await writeFile(join(prefix, 'package-lock.json'), JSON.stringify(lockfile(), null, 2));
  await npmInstall(prefix);
  // The package of ffprobe forgets that it is a program.
  await Promise.all([chmod(paths.ffmpeg, 0o755), chmod(paths.ffprobe, 0o755)]);
  if (await bothRun(paths)) return paths;
  throw new NommerError('FFMPEG_MISSING', `npm's FFmpeg does not run here. ${HOW_TO_INSTALL}`);
}

async function npmInstall(prefix: string): Promise<void> {
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefix', prefix];
  try {
    await promisify(execFile)('npm', ['ci', ...options], { timeout: INSTALL_MS });
  } catch (thrown: unknown) {
    const said = thrown instanceof Error ? thrown.message : String(thrown);
    const errors = said
      .split('\n')
      .filter((line) => /^npm (?:error|ERR!) (?!A complete log)/.test(line));
    const why = errors.map((line) => line.replace(/^npm \S+ (?:code )?/, '')).join(' ');
    throw new NommerError(
      'FFMPEG_MISSING',
      `npm could not fetch FFmpeg (${why.slice(0, 300) || said}). ${HOW_TO_INSTALL}`,
      { cause: thrown },
    );
  }
}

async function bothRun({ ffmpeg, ffprobe }: FFmpegPaths): Promise<boolean> {
  const answers = await Promise.all(
    [ffmpeg, ffprobe].map((program) => runProgram(program, ['-version'])),
  );
  return answers.every((answer) => answer !== undefined);
}

function manifest() {
  const dependencies = Object.fromEntries(
    Object.entries(PACKAGES).map(([name, { version }]) => [name, version]),
  );
  return { name: 'media-nommer-demo-ffmpeg', version: '1.0.0', private: true, dependencies };
}

/** With `npm ci` this is what holds npm to the hashes above. */
function lockfile() {
  const { name, version, dependencies } = manifest();
  const packages = Object.fromEntries(
    Object.entries(PACKAGES).map(([each, pinned]) => [`node_modules/${each}`, pinned]),
  );
  return {
    name,
    version,
    lockfileVersion: 3,
    requires: true,
    packages: { '': { name, version, dependencies }, ...packages },
  };
}
