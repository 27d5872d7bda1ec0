import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { refuseUnlessRegular } from './output-size.ts';

const CHUNK_BYTES = 256 * 1024;

/** A stretch of a local file, and who is told of each chunk taken from it. */
export interface Stretch {
  readonly start: number;
  readonly bytes: number;
  readonly onBytes: (bytes: number) => void;
}

/**
 * Streams a stretch of a local file for an upload, a few chunks in memory at a time. Nothing else in the
 * place of the file is taken, and no pipe waited for: what the encoder left is not trusted.
 */
export function readCounted(file: string, stretch: Stretch): Readable {
  return Readable.from(chunks(file, stretch), { objectMode: false, highWaterMark: CHUNK_BYTES });
}

async function* chunks(file: string, stretch: Stretch): AsyncGenerator<Uint8Array> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(file, flags);
  try {
    refuseUnlessRegular(await handle.stat(), file);
    const end = stretch.start + stretch.bytes;
    for (let position = stretch.start; position < end;) {
      const wanted = Math.min(CHUNK_BYTES, end - position);
      const buffer = Buffer.allocUnsafeSlow(wanted);
      const { bytesRead } = await handle.read(buffer, 0, wanted, position);
      if (bytesRead === 0) throw new Error(`${file} is shorter than it was: ${position} bytes`);
      position += bytesRead;
      stretch.onBytes(bytesRead);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
