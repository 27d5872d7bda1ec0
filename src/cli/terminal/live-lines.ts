import { ESCAPE, up } from './escapes.ts';

/**
 * The last lines of a terminal, painted anew in their place; what is said above them stays. Each frame
 * is written at once, and only when it is another one: nothing flickers.
 */
export class LiveLines {
  readonly #write: (text: string) => void;
  #height = 0;
  #shown = '';
  #hasBegun = false;
  readonly #restore = () => this.#write(ESCAPE.showCursor + ESCAPE.wrapOn);

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** @param above lines that stay */
  paint(lines: readonly string[], above: readonly string[] = []): void {
    const frame = lines.map(ended).join('');
    if (frame === this.#shown && above.length === 0) return;
    const start = `${ESCAPE.beginFrame}${this.#begin()}\r${up(this.#height)}`;
    const texts = above.map(ended).join('') + frame;
    this.#write(`${start}${texts}${ESCAPE.clearBelow}${ESCAPE.endFrame}`);
    this.#height = lines.length;
    this.#shown = frame;
  }

  /** Leaves the lines where they are, and the terminal as it was. */
  end(): void {
    if (!this.#hasBegun) return;
    this.#hasBegun = false;
    this.#height = 0;
    this.#shown = '';
    process.off('exit', this.#restore);
    this.#restore();
  }

  #begin(): string {
    if (this.#hasBegun) return '';
    this.#hasBegun = true;
    // However the process ends, as long as it ends by itself.
    process.once('exit', this.#restore);
    return ESCAPE.hideCursor + ESCAPE.wrapOff;
  }
}

function ended(line: string): string {
  return `${line}${ESCAPE.clearToEndOfLine}\n`;
}
