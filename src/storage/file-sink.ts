import { open, type FileHandle } from 'node:fs/promises';
import { diskError } from './disk-error.ts';

const BUFFER_BYTES = 1024 * 1024;

/**
 * A new local file that is written while more arrives: two fixed buffers in turn, one filling, one being
 * written. Chunks are copied into them, so that however small a hostile server makes its chunks, memory
 * stays flat and the disk sees whole megabytes.
 */
export class FileSink {
  readonly #file: string;
  readonly #handle: FileHandle;
  #filling = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #spare = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #filled = 0;
  #handedOver = 0;
  #writing: Promise<void> = Promise.resolve();
  #broken = false;

  private constructor(file: string, handle: FileHandle) {
    this.#file = file;
    this.#handle = handle;
  }

  static async create(file: string): Promise<FileSink> {
    try {
      return new FileSink(file, await open(file, 'wx'));
    } catch (thrown) {
      throw diskError(thrown, file);
    }
  }

  /** Bytes taken so far. */
  get bytes(): number {
    return this.#handedOver + this.#filled;
  }

  /** Whether the disk failed: then there is nothing to resume. */
  get broken(): boolean {
    return this.#broken;
  }

  async append(chunk: Uint8Array): Promise<void> {
    let taken = 0;
    while (taken < chunk.length) {
      const part = chunk.subarray(taken, taken + BUFFER_BYTES - this.#filled);
      this.#filling.set(part, this.#filled);
      this.#filled += part.length;
      taken += part.length;
      if (this.#filled === BUFFER_BYTES) await this.#handOver();
    }
  }

  /** Forgets everything: the source begins anew. */
  async rewind(): Promise<void> {
    await this.#writing;
    this.#filled = 0;
    this.#handedOver = 0;
    await this.#handle.truncate(0).catch((thrown: unknown) => this.#fail(thrown));
  }

  async flush(): Promise<void> {
    await this.#handOver();
    await this.#writing;
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => {}); // told to whoever appended or flushed
    await this.#handle.close();
  }

  /** Waits for the write before this one and begins the next without waiting for it. */
  async #handOver(): Promise<void> {
    await this.#writing;
    const full = this.#filling.subarray(0, this.#filled);
    const position = this.#handedOver;
    [this.#filling, this.#spare] = [this.#spare, this.#filling];
    this.#handedOver += this.#filled;
    this.#filled = 0;
    this.#writing = writeAll(this.#handle, full, position).catch((thrown: unknown) =>
      this.#fail(thrown),
    );
    this.#writing.catch(() => {}); // observed by the next await of #writing
  }

  #fail(thrown: unknown): never {
    this.#broken = true;
    throw diskError(thrown, this.#file);
  }
}

/** Writes the whole buffer: one write may take less than it was given. */
export async function writeAll(
  handle: FileHandle,
  buffer: Uint8Array,
  position: number,
): Promise<void> {
  let written = 0;
  while (written < buffer.length) {
    const rest = buffer.subarray(written);
    const { bytesWritten } = await handle.write(rest, 0, rest.length, position + written);
    written += bytesWritten;
  }
}
