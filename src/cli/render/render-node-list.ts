import type { WireBootingNode, WireNode } from '../../core/api-wire.ts';
import { formatAge } from '../../core/format-figures.ts';
import type { Paper } from './paper.ts';
import { renderTable } from './render-table.ts';

type ListedNode = WireNode | WireBootingNode;

/** Nodes as a table, a line each. */
export function renderNodeList(nodes: readonly ListedNode[], paper: Paper, now: number): string {
  return renderTable(
    nodes,
    [
      { title: 'NODE', cell: ({ node_id }) => node_id, minWidth: 12 },
      {
        title: 'STATE',
        cell: ({ condition }) => condition,
        tone: ({ condition }) => (condition === 'ACTIVE' ? 'good' : 'warning'),
      },
      {
        title: 'BUSY',
        cell: (node) => ('slots' in node ? `${node.active_jobs.length} of ${node.slots}` : '–'),
      },
      {
        title: 'STARTED',
        cell: (node) => formatAge('slots' in node ? node.started_dtime : node.launched_dtime, now),
      },
      {
        title: 'REPORTED',
        cell: (node) => ('slots' in node ? formatAge(node.reported_dtime, now) : 'not yet'),
      },
    ],
    paper,
  );
}
