import { displayWidth } from './display-width.ts';

/** Breaks text at its spaces into lines of at most `width` columns; a longer word has a line of its own. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    const longer = line === undefined ? word : `${line} ${word}`;
    if (line === undefined || displayWidth(longer) > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** The same, its lines one below the other behind what comes before the first. */
export function wrapBehind(start: string, text: string, width: number): string {
  const indent = displayWidth(start);
  return start + wrapText(text, width - indent).join(`\n${' '.repeat(indent)}`);
}
