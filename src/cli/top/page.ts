import type { Key } from '../terminal/screen.ts';
import { displayWidth } from '../render/display-width.ts';
import type { Paper } from '../render/paper.ts';
import type { RenderedFarm } from './render-farm.ts';

/** What is around the figures: who is looked at, when, and which keys there are. */
export interface PageParts {
  readonly title: string;
  readonly clock: string;
  readonly rows: number;
  /** Of the body: the first line that is shown. */
  readonly offset: number;
}

/** Title, and the line below with the keys. */
const FRAME_LINES = 3;

/** How far the body can be scrolled. */
export function maxOffset({ head, body }: RenderedFarm, rows: number): number {
  return Math.max(body.length - bodyRows(head, rows), 0);
}

/** A terminal full of lines: the head stays, the body is cut out where it is scrolled to. */
export function renderPage(
  farm: RenderedFarm,
  { title, clock, rows, offset }: PageParts,
  { width, paint }: Paper,
): readonly string[] {
  const { head, body } = farm;
  const shown = body.slice(offset, offset + bodyRows(head, rows));
  const hidden = maxOffset(farm, rows);
  const where = hidden === 0 ? '' : `${offset + 1}–${offset + shown.length} of ${body.length}`;
  const keys = hidden === 0 ? 'q quits' : '↑ ↓ scroll  q quits';
  const padding = Array.from({ length: bodyRows(head, rows) - shown.length }, () => '');
  return [
    spread(paint('strong', title), paint('faint', clock), width),
    '',
    ...head,
    ...shown,
    ...padding,
    spread(paint('faint', keys), paint('faint', where), width),
  ].slice(0, rows);
}

export function scroll(key: Key, offset: number, page: { rows: number; max: number }): number {
  const step = Math.max(page.rows - FRAME_LINES - 4, 1);
  const moved: Partial<Record<Key, number>> = {
    up: offset - 1,
    down: offset + 1,
    'page-up': offset - step,
    'page-down': offset + step,
    top: 0,
    bottom: page.max,
  };
  return Math.min(Math.max(moved[key] ?? offset, 0), page.max);
}

function bodyRows(head: readonly string[], rows: number): number {
  return Math.max(rows - head.length - FRAME_LINES, 1);
}

/** The right part goes where there is no room for both. */
function spread(left: string, right: string, width: number): string {
  const gap = width - displayWidth(left) - displayWidth(right);
  return gap < 1 || right === '' ? left : left + ' '.repeat(gap) + right;
}
