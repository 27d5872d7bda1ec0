/** `━━━━━╸─────`: a bar of `width` columns; half columns count. */
export function renderBar(
  percent: number,
  width: number,
  paintDone: (text: string) => string,
): string {
  const halves = Math.floor((Math.min(Math.max(percent, 0), 100) / 100) * width * 2);
  const done = '━'.repeat(Math.floor(halves / 2)) + (halves % 2 === 1 ? '╸' : '');
  return paintDone(done) + '─'.repeat(Math.max(width - done.length, 0));
}
