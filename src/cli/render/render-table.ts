import { cut, displayWidth, padEnd, padStart, shorten } from './display-width.ts';
import type { Paper } from './paper.ts';
import { wrapText } from './wrap-text.ts';

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
  /** Whether this row's text is one to be read whole: it stands below the row where it does not fit beside. */
  readonly isWhole?: (row: Row) => boolean;
}

const GAP = 2;
const BELOW = '  ';
const MAX_LINES_BELOW = 2;

/** Rows under titles, columns aligned, no line longer than the paper is wide. */
export function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  paper: Paper,
): string {
  const { width, paint } = paper;
  const { cells, below } = takeBelow(rows, columns, width);
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
    ...rows.flatMap((row, line) => [
      render(cells[line] ?? [], (index, text) => {
        const tone = columns[index]?.tone?.(row);
        return tone === undefined ? text : paint(tone, text);
      }),
      ...linesBelow(below[line] ?? '', width),
    ]),
  ].join('\n');
}

/** Takes out of the rows what is to be read whole and has no room beside all else. */
function takeBelow<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  width: number,
): { readonly cells: readonly string[][]; readonly below: readonly string[] } {
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const column = columns.findIndex(({ isWhole }) => isWhole !== undefined);
  if (column === -1) return { cells, below: [] };
  const others = columns.map(({ title }, index) =>
    index === column
      ? 0
      : Math.max(displayWidth(title), ...cells.map((line) => displayWidth(line[index] ?? ''))),
  );
  const room = width - others.reduce((sum, each) => sum + each, GAP * (columns.length - 1));
  const below = rows.map((row, line) => {
    const text = cells[line]?.[column] ?? '';
    return columns[column]?.isWhole?.(row) === true && displayWidth(text) > room ? text : '';
  });
  const beside = cells.map((line, index) => (below[index] === '' ? line : line.with(column, '')));
  return { cells: beside, below };
}

function linesBelow(text: string, width: number): readonly string[] {
  if (text === '') return [];
  const room = width - BELOW.length;
  const lines = wrapText(text, room);
  const last = lines.slice(MAX_LINES_BELOW - 1).join(' ');
  return [...lines.slice(0, MAX_LINES_BELOW - 1), ...(last === '' ? [] : [last])].map(
    (line) => BELOW + cut(line, room),
  );
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
