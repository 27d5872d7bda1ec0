/** What terminals take for orders (ECMA-48, and DEC's private modes, which all of today's know). */
export const ESCAPE = {
  clearToEndOfLine: '\u001b[K',
  clearBelow: '\u001b[J',
  home: '\u001b[H',
  hideCursor: '\u001b[?25l',
  showCursor: '\u001b[?25h',
  /** Lines that are too long end at the edge. */
  wrapOff: '\u001b[?7l',
  wrapOn: '\u001b[?7h',
  /** Another page, and back to what was there before. */
  otherScreen: '\u001b[?1049h',
  firstScreen: '\u001b[?1049l',
  /** What comes between is shown at once; terminals that do not know it ignore it. */
  beginFrame: '\u001b[?2026h',
  endFrame: '\u001b[?2026l',
} as const;

export function up(lines: number): string {
  return lines === 0 ? '' : `\u001b[${lines}A`;
}
