import type { WireDelivery, WireJob } from '../../core/job-wire.ts';
import { formatAge } from '../../core/format-figures.ts';
import type { Tone } from './paint.ts';
import type { Paper } from './paper.ts';
import { printable } from './printable.ts';
import { renderTable } from './render-table.ts';

const TONES: Readonly<Record<WireDelivery['outcome'], Tone>> = {
  delivered: 'good',
  'given-up': 'bad',
  pending: 'warning',
};

/** A job's notifications as a table, a line each, under whom they go to. */
export function renderNotificationList(job: WireJob, paper: Paper, now: number): string {
  const table = renderTable(
    inOrder(job.deliveries),
    [
      { title: 'NO', cell: ({ sequence }) => String(sequence), alignRight: true },
      { title: 'TYPE', cell: ({ type }) => type },
      { title: 'STATE', cell: ({ job_state }) => job_state },
      {
        title: 'OUTCOME',
        cell: ({ outcome }) => outcome,
        tone: ({ outcome }) => TONES[outcome],
      },
      { title: 'TRIES', cell: ({ tries }) => String(tries), alignRight: true },
      { title: 'ANSWER', cell: ({ status }) => (status === null ? '–' : String(status)) },
      {
        title: 'WHEN',
        cell: ({ outcome, tries, at }) => whenOf(outcome, tries, formatAge(at, now)),
      },
      {
        title: '',
        // Of one that has arrived, the tries before do not matter any more.
        cell: ({ outcome, last_error: error }) =>
          error === null || outcome === 'delivered' ? '' : printable(error),
        minWidth: 0,
        isSentence: true,
      },
    ],
    paper,
  );
  return `${printable(receiverOf(job) ?? '')}\n${table}`;
}

/** As they happened: those that are pending stand last in the job. */
export function inOrder(deliveries: readonly WireDelivery[]): readonly WireDelivery[] {
  return deliveries.toSorted((a, b) => a.sequence - b.sequence);
}

/** Where a job's notifications go, in whatever form. */
export function receiverOf({ notify, notify_url }: WireJob): string | null {
  return notify?.url ?? notify_url;
}

function whenOf(outcome: WireDelivery['outcome'], tries: number, age: string): string {
  if (outcome !== 'pending') return age;
  return tries === 0 ? 'now' : `try ${tries + 1} ${age}`;
}
