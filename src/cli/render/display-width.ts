import { stripVTControlCharacters } from 'node:util';

const GRAPHEMES = new Intl.Segmenter();
/** Emoji, and the blocks of scripts whose characters take two columns (Unicode TR 11: W and F). */
const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;

/** How many columns of a terminal `text` takes; styling counts nothing. */
export function displayWidth(text: string): number {
  const plain = stripVTControlCharacters(text);
  if (/^[\x20-\x7e]*$/.test(plain)) return plain.length;
  return [...GRAPHEMES.segment(plain)].reduce((sum, { segment }) => sum + widthOf(segment), 0);
}

/** `text` filled up with spaces to `width` columns; longer text stays as it is. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(width - displayWidth(text), 0));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(width - displayWidth(text), 0)) + text;
}

/** Unstyled `text` cut to `width` columns in its middle, since names differ at both ends. */
export function shorten(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width <= 1) return width === 1 ? '…' : '';
  const segments = [...GRAPHEMES.segment(text)].map(({ segment }) => segment);
  const head = take(segments, Math.ceil((width - 1) / 2));
  const tail = take(segments.toReversed(), Math.floor((width - 1) / 2)).toReversed();
  return `${head.join('')}…${tail.join('')}`;
}

/** Unstyled `text` cut to `width` columns at its end. */
export function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const segments = [...GRAPHEMES.segment(text)].map(({ segment }) => segment);
  return width < 1 ? '' : `${take(segments, width - 1).join('')}…`;
}

function take(segments: readonly string[], width: number): string[] {
  let room = width;
  const end = segments.findIndex((segment) => (room -= widthOf(segment)) < 0);
  return segments.slice(0, end < 0 ? segments.length : end);
}

function widthOf(grapheme: string): number {
  if (/^\p{Mn}+$/u.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}
