import type { Paper } from './paper.ts';
import { renderTable } from './render-table.ts';

/** What there is on AWS, one thing a line, and what was done with it. */
export function renderStepList(
  steps: readonly { readonly kind: string; readonly name: string; readonly state: string }[],
  paper: Paper,
): string {
  return renderTable(
    steps,
    [
      { title: 'KIND', cell: ({ kind }) => kind },
      { title: 'NAME', cell: ({ name }) => name, minWidth: 12 },
      { title: 'STATE', cell: ({ state }) => state },
    ],
    paper,
  );
}
