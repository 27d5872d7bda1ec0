import type { WireNode } from '../../core/api-wire.ts';
import { formatAge } from '../../core/format-figures.ts';
import type { Paper } from './paper.ts';
import { renderTable } from './render-table.ts';

/** Nodes as a table, a line each. */
export function renderNodeList(nodes: readonly WireNode[], paper: Paper, now: number): string {
  return renderTable(
    nodes,
    [
      { title: 'NODE', cell: ({ node_id }) => node_id, minWidth: 12 },
      {
        title: 'STATE',
        cell: ({ condition }) => condition,
        tone: ({ condition }) => (condition === 'ACTIVE' ? 'good' : 'warning'),
      },
      { title: 'BUSY', cell: ({ active_jobs, slots }) => `${active_jobs.length} of ${slots}` },
      { title: 'STARTED', cell: ({ started_dtime }) => formatAge(started_dtime, now) },
      { title: 'REPORTED', cell: ({ reported_dtime }) => formatAge(reported_dtime, now) },
    ],
    paper,
  );
}
