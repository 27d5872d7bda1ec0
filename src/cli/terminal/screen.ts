import { ESCAPE } from './escapes.ts';

/** What a key means here. */
export type Key = 'quit' | 'up' | 'down' | 'page-up' | 'page-down' | 'top' | 'bottom';

const KEYS: ReadonlyMap<string, Key> = new Map([
  ['q', 'quit'],
  ['Q', 'quit'],
  ['\u0003', 'quit'], // Ctrl-C: a key as long as the terminal is ours
  ['\u001b', 'quit'],
  ['\u001b[A', 'up'],
  ['\u001bOA', 'up'],
  ['k', 'up'],
  ['\u001b[B', 'down'],
  ['\u001bOB', 'down'],
  ['j', 'down'],
  ['\u001b[5~', 'page-up'],
  ['\u001b[6~', 'page-down'],
  [' ', 'page-down'],
  ['\u001b[H', 'top'],
  ['\u001b[1~', 'top'],
  ['g', 'top'],
  ['\u001b[F', 'bottom'],
  ['\u001b[4~', 'bottom'],
  ['G', 'bottom'],
]);

// oxlint-disable-next-line no-control-regex -- keys are control characters
const KEY = /\u001b(?:\[[\d;]*[A-Za-z~]|O[A-Z])?|./gsu;

export interface ScreenEvents {
  readonly onKey: (key: Key) => void;
  /** The terminal has another size. */
  readonly onResize: () => void;
}

/**
 * All of the terminal, on a page of its own: what was there before comes back when it is disposed of,
 * however the process ends by itself.
 */
export class Screen implements Disposable {
  readonly #events: ScreenEvents;
  readonly #hasKeys = process.stdin.isTTY;
  #shown = '';

  constructor(events: ScreenEvents) {
    this.#events = events;
    process.stdout.write(ESCAPE.otherScreen + ESCAPE.hideCursor + ESCAPE.wrapOff);
    process.once('exit', this.#leave);
    process.stdout.on('resize', this.#resize);
    if (!this.#hasKeys) return;
    process.stdin.setRawMode(true);
    process.stdin.setEncoding('utf8').on('data', this.#hear).resume();
  }

  get size(): { readonly columns: number; readonly rows: number } {
    return { columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 };
  }

  /** @param lines no more than there are rows, none wider than there are columns */
  paint(lines: readonly string[]): void {
    const frame = lines.map((line) => line + ESCAPE.clearToEndOfLine).join('\r\n');
    if (frame === this.#shown) return;
    this.#shown = frame;
    const { beginFrame, home, clearBelow, endFrame } = ESCAPE;
    process.stdout.write(beginFrame + home + frame + clearBelow + endFrame);
  }

  [Symbol.dispose](): void {
    process.off('exit', this.#leave);
    process.stdout.off('resize', this.#resize);
    this.#leave();
    if (!this.#hasKeys) return;
    process.stdin.off('data', this.#hear).pause();
  }

  readonly #leave = () => {
    if (this.#hasKeys) process.stdin.setRawMode(false);
    process.stdout.write(ESCAPE.wrapOn + ESCAPE.showCursor + ESCAPE.firstScreen);
  };

  readonly #resize = () => {
    this.#shown = '';
    this.#events.onResize();
  };

  readonly #hear = (text: string | Buffer) => {
    for (const [key] of text.toString().matchAll(KEY)) {
      const meaning = KEYS.get(key);
      if (meaning !== undefined) this.#events.onKey(meaning);
    }
  };
}
