import { utimesSync, watch, writeFileSync, type FSWatcher } from 'node:fs';

/**
 * Wakes those who wait for something, in this process and in others: ringing touches a file, which the
 * others watch. A ring may be missed (a file system without notifications), so wait with a limit.
 *
 * To lose no ring: `arm`, look whether there is something, and if not `wait` from what `arm` gave.
 */
export class FileBell {
  readonly #file: string;
  readonly #waiters = new Set<() => void>();
  #watcher: FSWatcher | undefined;
  #rings = 0;
  #touching = false;
  #closed = false;

  constructor(file: string) {
    this.#file = file;
  }

  /** Starts to count rings. @returns the count so far */
  arm(): number {
    if (this.#watcher === undefined && !this.#closed) this.#watcher = this.#watch();
    return this.#rings;
  }

  /** Rings; many rings at once are one for other processes. */
  ring(): void {
    this.#wake();
    if (this.#touching || this.#closed) return;
    this.#touching = true;
    queueMicrotask(() => {
      this.#touching = false;
      touch(this.#file);
    });
  }

  /** Resolves at the first ring since `arm` gave `since`, at an abort, or after `milliseconds`. */
  wait(since: number, milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (this.#rings !== since || this.#closed || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        this.#waiters.delete(done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      signal?.addEventListener('abort', done);
      this.#waiters.add(done);
    });
  }

  /** Lets everybody go who waits. */
  close(): void {
    this.#closed = true;
    this.#unwatch();
    this.#wake();
  }

  #wake(): void {
    this.#rings += 1;
    for (const done of this.#waiters) done();
  }

  #watch(): FSWatcher | undefined {
    try {
      writeFileSync(this.#file, '', { flag: 'a', mode: 0o600 });
      const watcher = watch(this.#file, { persistent: false }, (event) => {
        // Renamed or deleted: the next `arm` watches whatever is there then.
        if (event === 'rename') this.#unwatch();
        this.#wake();
      });
      return watcher.on('error', () => this.#unwatch());
    } catch {
      // No notifications here, or none left (inotify's limits): waiting with a limit has to do.
      return undefined;
    }
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}

/** A file that nobody has made yet is one that nobody watches; other failures cost a ring at most. */
function touch(file: string): void {
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch {
    // The waiters' limit covers a missed ring.
  }
}
