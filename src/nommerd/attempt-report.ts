import type { AttemptReport } from '../core/job-rules/hold.ts';

const MAX_LOG_CHARACTERS = 8000;
const MAX_LINE_CHARACTERS = 1000;
const MAX_TRANSLATED = 50;

/** Collects what an attempt has to tell: the tail of its tool's output and what was translated. */
export class AttemptReporter {
  #lines: string[] = [];
  #characters = 0;
  readonly #translated: string[] = [];

  log(line: string): void {
    const kept = line.slice(0, MAX_LINE_CHARACTERS);
    this.#lines.push(kept);
    this.#characters += kept.length + 1;
    while (this.#characters > MAX_LOG_CHARACTERS) {
      this.#characters -= (this.#lines.shift()?.length ?? 0) + 1;
    }
  }

  translated(change: string): void {
    if (this.#translated.length < MAX_TRANSLATED && !this.#translated.includes(change)) {
      this.#translated.push(change);
    }
  }

  readonly report = (): AttemptReport => ({
    log: this.#lines.join('\n'),
    translated: [...this.#translated],
  });
}
