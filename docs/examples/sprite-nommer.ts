import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { NommerError, type JsonValue, type Nommer, type NomRequest } from 'media-nommer';

/** One picture made of many small ones, as players show them above their time bar. */
interface SpriteOptions {
  /** Seconds from one picture to the next. */
  readonly every: number;
  readonly columns: number;
  readonly rows: number;
  /** Of each picture, in pixels. */
  readonly width: number;
}

const DEFAULTS: SpriteOptions = { every: 10, columns: 10, rows: 10, width: 160 };
const MOST: SpriteOptions = { every: 3600, columns: 20, rows: 20, width: 640 };

export const nommer: Nommer = {
  async nom({ source, workDir, options, signal, onLog }) {
    const { every, columns, rows, width } = readOptions(options);
    const file = join(workDir, 'sprite.jpg');
    const args = [
      ...['-nostdin', '-hide_banner', '-v', 'error', '-protocol_whitelist', 'file'],
      ...['-i', `file:${source}`, '-an', '-frames:v', '1'],
      ...['-vf', `fps=1/${every},scale=${width}:-2,tile=${columns}x${rows}`],
      ...['-q:v', '4', '-f', 'mjpeg', file],
    ];
    onLog(`ffmpeg ${args.join(' ')}`);
    await runFFmpeg(args, { workDir, signal, onLog });
    return { source: null, outputs: [{ file }] };
  },
};

/** @throws NommerError BAD_OPTION, which no other try would mend */
function readOptions(given: JsonValue): SpriteOptions {
  if (given === null || typeof given !== 'object' || Array.isArray(given)) {
    throw new NommerError(
      'BAD_OPTION',
      `options must be an object like ${JSON.stringify(DEFAULTS)}`,
    );
  }
  const options = { ...DEFAULTS };
  for (const [name, value] of Object.entries(given)) {
    if (!isOption(name)) throw new NommerError('BAD_OPTION', `There is no option "${name}"`);
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > MOST[name]) {
      throw new NommerError('BAD_OPTION', `${name} must be a whole number from 1 to ${MOST[name]}`);
    }
    options[name] = value;
  }
  return options;
}

function isOption(name: string): name is keyof SpriteOptions {
  return Object.hasOwn(DEFAULTS, name);
}

/** @throws NommerError FFMPEG_MISSING, ENCODE_CRASHED (both are tried again), ENCODE_FAILED */
async function runFFmpeg(
  args: readonly string[],
  { workDir, signal, onLog }: Pick<NomRequest, 'workDir' | 'signal' | 'onLog'>,
): Promise<void> {
  const ffmpeg = spawn('ffmpeg', args, { cwd: workDir, stdio: ['ignore', 'ignore', 'pipe'] });
  const kill = () => ffmpeg.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  try {
    let lastLine = '';
    createInterface({ input: ffmpeg.stderr }).on('line', (line) => {
      lastLine = line;
      onLog(line);
    });
    const [code, killedBy] = (await once(ffmpeg, 'close')) as [number | null, string | null];
    signal.throwIfAborted();
    if (code === null) throw new NommerError('ENCODE_CRASHED', `ffmpeg ended by ${killedBy}`);
    if (code !== 0) throw new NommerError('ENCODE_FAILED', lastLine);
  } catch (thrown: unknown) {
    const isMissing = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
    throw isMissing ? new NommerError('FFMPEG_MISSING', 'There is no ffmpeg in PATH') : thrown;
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
