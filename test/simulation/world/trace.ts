/** What happened, in order: a hash of it always, and its lines where somebody wants to read them. */
export class Trace {
  readonly lines: string[] = [];
  readonly #keepsLines: boolean;
  #low = 0x811c9dc5;
  #high = 0x01234567;

  constructor(keepsLines: boolean) {
    this.#keepsLines = keepsLines;
  }

  note(at: number, who: string, what: string): void {
    const line = `${(at / 1000).toFixed(3).padStart(9)}  ${who.padEnd(12)}  ${what}`;
    if (this.#keepsLines) this.lines.push(line);
    for (let index = 0; index < line.length; index += 1) {
      const code = line.charCodeAt(index);
      this.#low = Math.imul(this.#low ^ code, 0x01000193);
      this.#high = Math.imul(this.#high ^ (code + index), 0x85ebca6b);
    }
  }

  get hash(): string {
    const hex = (part: number) => (part >>> 0).toString(16).padStart(8, '0');
    return hex(this.#high) + hex(this.#low);
  }
}
