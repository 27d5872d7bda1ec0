import { statfs } from 'node:fs/promises';
import { NommerError } from '../core/errors.ts';
import { diskUsage } from '../nommers/ffmpeg/containment/disk-usage.ts';

export interface DiskGuardOptions {
  /** A folder of the disk that the attempts of this node work on. */
  readonly dir: string;
  /** Bytes of it that stay free; 0 = nobody looks. */
  readonly reserveBytes: number;
}

/** An attempt whose directory is looked after. Dispose it once that directory is gone. */
export interface GuardedAttempt extends Disposable {
  /** Aborted with DISK_FULL when the attempt has to give its room back. */
  readonly signal: AbortSignal;
}

const EVERY_MS = 1000;
/** Whoever has more is taken for the largest. */
const MAX_FILES = 10_000;

/**
 * Keeps the last bytes of a node's disk from its jobs, which share it: whatever fetches or encodes, an
 * attempt that takes too much fails alone, and the others never meet a full disk.
 */
export class DiskGuard {
  readonly #options: DiskGuardOptions;
  readonly #attempts = new Map<string, AbortController>();
  #isLooking = false;

  constructor(options: DiskGuardOptions) {
    this.#options = options;
  }

  /**
   * Looks after an attempt from now on.
   * @param dir its own, absolute
   * @throws NommerError DISK_FULL when there is no room for another one
   */
  async admit(dir: string): Promise<GuardedAttempt> {
    if (await this.#isShort()) throw this.#full();
    const ending = new AbortController();
    this.#attempts.set(dir, ending);
    if (!this.#isLooking) this.#lookSoon();
    return { signal: ending.signal, [Symbol.dispose]: () => void this.#attempts.delete(dir) };
  }

  async #look(): Promise<void> {
    // One at a time: what was ended gives its room back first.
    const isEnding = [...this.#attempts.values()].some(({ signal }) => signal.aborted);
    if (!isEnding && (await this.#isShort())) (await this.#largest())?.abort(this.#full());
    if (this.#attempts.size > 0) this.#lookSoon();
    else this.#isLooking = false;
  }

  #lookSoon(): void {
    this.#isLooking = true;
    setTimeout(() => void this.#look(), EVERY_MS).unref();
  }

  async #isShort(): Promise<boolean> {
    const { dir, reserveBytes } = this.#options;
    // Elsewhere somebody says what is wrong with a folder that cannot be looked at.
    const disk = await statfs(dir).catch(() => undefined);
    return disk !== undefined && disk.bavail * disk.bsize < reserveBytes;
  }

  async #largest(): Promise<AbortController | undefined> {
    const taken = await Promise.all(
      [...this.#attempts].map(async ([dir, ending]) => {
        const { occupied, files } = await diskUsage(dir, MAX_FILES);
        return { ending, occupied: files > MAX_FILES ? Infinity : occupied };
      }),
    );
    return taken.toSorted((a, b) => b.occupied - a.occupied)[0]?.ending;
  }

  #full(): NommerError {
    const { reserveBytes } = this.#options;
    return new NommerError(
      'DISK_FULL',
      `The node's disk has no more than the ${reserveBytes} bytes that NOMMERD_DISK_RESERVE keeps free`,
    );
  }
}
