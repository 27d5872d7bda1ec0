import { randomBytes } from 'node:crypto';

const MARK = 'c4n4ry';

/** Makes secrets that are nowhere else, and finds them again in whatever form somebody shows them. */
export class Canaries {
  readonly #names = new Map<string, string>();

  /**
   * @param name what it is a secret of
   * @returns 32 letters and digits, to be used as a secret or, several times, within one: then a part of it
   *   that is shown is found, too
   */
  make(name: string): string {
    const canary = `${MARK}${randomBytes(13).toString('hex')}`;
    this.#names.set(canary, name);
    return canary;
  }

  /** @returns the names of those that `text` holds: as they are, percent-encoded, or in base64 */
  in(text: string): readonly string[] {
    const lower = text.toLowerCase();
    // Most texts are long and hold none.
    if (!lower.includes(MARK) && !isInBase64(MARK, text)) return [];
    return [...this.#names]
      .filter(([canary]) => lower.includes(canary) || isInBase64(canary, text))
      .map(([, name]) => name);
  }
}

/** Wherever it begins in what was encoded. */
function isInBase64(canary: string, text: string): boolean {
  return [0, 1, 2].some((before) => {
    const whole = Buffer.from(' '.repeat(before) + canary).toString('base64');
    // The first and last digit may belong to what stands beside it.
    const own = whole.slice(
      Math.ceil((before * 8) / 6),
      Math.floor(((before + canary.length) * 8) / 6),
    );
    return text.includes(own);
  });
}
