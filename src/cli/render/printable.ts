/**
 * Text of others made safe to print: names, error details and logs may hold escape sequences that would
 * act on the terminal, or bidirectional marks that would make a line read as something else.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, escaped);
}

/** The same for text of several lines, which stay lines; tabs stay as well. */
export function printableLines(text: string): string {
  return text
    .split(/\r\n|[\r\n]/)
    .map((line) => line.split('\t').map(printable).join('\t'))
    .join('\n');
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
