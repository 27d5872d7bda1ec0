import { NommerError } from '../../core/errors.ts';
import { diskUsage } from './containment/disk-usage.ts';

interface Room {
  /** Absolute. */
  readonly workDir: string;
  /** Bytes that all files in it together may have. */
  readonly maxBytes: number;
  /** Told once, when it is taken. */
  readonly onTaken: (error: NommerError) => void;
}

const EVERY_MS = 1000;
/** A link to the source, the output, and a few logs of passes are all that jobs need. */
const MAX_FILES = 1000;
/** File systems may reserve as much again as a growing file has, and some for each of the small ones. */
const RESERVED_AHEAD = 2;
const RESERVED_BYTES = 2 ** 20;

/**
 * Looks every second at what FFmpeg has made in its directory. The kernel limits single files, of which there
 * may be many.
 * @returns with `look`, to look once more, when FFmpeg has ended
 */
export function watchRoom(room: Room): Disposable & { look(): Promise<void> } {
  let ended = false;
  let looking = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    const error = await findTaken(room);
    if (ended || error === undefined) return;
    ended = true;
    room.onTaken(error);
  };
  const next = () => {
    timer = setTimeout(() => {
      looking = look().finally(() => !ended && next());
    }, EVERY_MS);
  };
  next();
  return {
    look: async () => {
      await looking;
      await look();
    },
    [Symbol.dispose]: () => {
      ended = true;
      clearTimeout(timer);
    },
  };
}

async function findTaken({ workDir, maxBytes }: Room): Promise<NommerError | undefined> {
  const { bytes, occupied, files } = await diskUsage(workDir, MAX_FILES);
  if (files > MAX_FILES) {
    const what = `FFmpeg was ended, as it made more than the ${MAX_FILES} files that a job may have`;
    return new NommerError('ENCODE_LIMIT', what);
  }
  if (bytes <= maxBytes && occupied <= RESERVED_AHEAD * maxBytes + RESERVED_BYTES) return undefined;
  const what = `FFmpeg was ended, as its files got larger than the ${maxBytes} bytes`;
  return new NommerError('ENCODE_LIMIT', `${what} that FFMPEG_MAX_OUTPUT_BYTES allows`);
}
