import { cut, displayWidth, padEnd, padStart, shorten } from './display-width.ts';
import type { Paper } from './paper.ts';

export interface Column<Row> {
  readonly title: string;
  /** Plain text; `tone` styles it. */
  readonly cell: (row: Row) => string;
  readonly tone?: (row: Row) => Parameters<Paper['paint']>[0] | undefined;
  readonly alignRight?: boolean;
  /** Gives way when the line is too long, down to this width; others keep theirs. */
  readonly minWidth?: number;
  /** Sentences lose their end; names their middle, for they differ at both ends. */
  readonly isSentence?: boolean;
}

const GAP = 2;

/** Rows under titles, columns aligned, no line longer than the paper is wide. */
export function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { width, paint }: Paper,
): string {
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const widths = fit(
    columns.map(({ title, minWidth }, index) => ({
      width: Math.max(displayWidth(title), ...cells.map((line) => displayWidth(line[index] ?? ''))),
      minWidth,
    })),
    width,
  );
  const render = (texts: readonly string[], style: (index: number, text: string) => string) =>
    texts
      .map((text, index) => {
        const room = widths[index] ?? 0;
        const short = columns[index]?.isSentence === true ? cut(text, room) : shorten(text, room);
        const pad = columns[index]?.alignRight === true ? padStart : padEnd;
        const isLast = index === texts.length - 1 && pad === padEnd;
        return style(index, isLast ? short : pad(short, room));
      })
      .join(' '.repeat(GAP))
      .trimEnd();

  const titles = columns.map(({ title }) => title);
  return [
    render(titles, (_, text) => paint('faint', text)),
    ...rows.map((row, line) =>
      render(cells[line] ?? [], (index, text) => {
        const tone = columns[index]?.tone?.(row);
        return tone === undefined ? text : paint(tone, text);
      }),
    ),
  ].join('\n');
}

/** Takes what is too much from the columns that give way, the widest first. */
function fit(
  columns: readonly { readonly width: number; readonly minWidth: number | undefined }[],
  paperWidth: number,
): readonly number[] {
  const widths = columns.map(({ width }) => width);
  let over = widths.reduce((sum, each) => sum + each, GAP * (columns.length - 1)) - paperWidth;
  while (over > 0) {
    const giving = columns
      .map(({ minWidth }, index) => ({
        index,
        spare: (widths[index] ?? 0) - (minWidth ?? Infinity),
      }))
      .filter(({ spare }) => spare > 0)
      .toSorted((a, b) => (widths[b.index] ?? 0) - (widths[a.index] ?? 0))[0];
    if (giving === undefined) break;
    widths[giving.index] = (widths[giving.index] ?? 0) - 1;
    over -= 1;
  }
  return widths;
}
