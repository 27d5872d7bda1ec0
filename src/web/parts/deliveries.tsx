import { formatAge } from '../../core/format-figures.ts';
import type { WireDelivery, WireJob } from '../../core/job-wire.ts';
import { client } from '../api.ts';
import { inWords } from '../in-words.ts';
import { jobs } from '../jobs.ts';
import { notify } from '../notices.ts';
import { now } from '../now.ts';
import { may, noteRefusal } from '../session.ts';
import { STATE_WORDS } from './state-badge.tsx';

const OUTCOME_WORDS = {
  delivered: 'Delivered',
  'given-up': 'Given up',
  pending: 'Pending',
} as const;

/** Who was told of the job, or will be. */
export function Deliveries({ job }: { job: WireJob }) {
  const receiver = job.notify?.url ?? job.notify_url;
  if (receiver === null) return null;
  const deliveries = job.deliveries.toSorted((a, b) => b.sequence - a.sequence);
  return (
    <section>
      <h2>Notifications</h2>
      <p class="path quiet">
        {job.notify === null ? 'GET' : 'POST'} {receiver}
      </p>
      {deliveries.length === 0 && <p class="quiet">Nothing was to be told yet.</p>}
      <ul class="deliveries">
        {deliveries.map((each) => (
          <Delivery key={each.id} job={job} delivery={each} />
        ))}
      </ul>
    </section>
  );
}

function Delivery({ job, delivery }: { job: WireJob; delivery: WireDelivery }) {
  const {
    id,
    sequence,
    job_state: state,
    outcome,
    tries,
    status,
    last_error: error,
    at,
  } = delivery;
  const again = async () => {
    try {
      jobs.onState(await client.redeliver(job.unique_id, id));
      notify('good', 'The notification is delivered again');
    } catch (thrown: unknown) {
      noteRefusal(thrown);
      notify('bad', inWords(thrown));
    }
  };
  const facts = [
    `${tries} ${tries === 1 ? 'try' : 'tries'}`,
    status === null ? null : `HTTP ${status}`,
    outcome === 'pending' ? `next ${formatAge(at, now.value)}` : formatAge(at, now.value),
  ].filter((each) => each !== null);
  return (
    <li>
      <span class={`delivery ${outcome}`}>
        <span class="dot" aria-hidden="true" />
        {OUTCOME_WORDS[outcome]}
      </span>
      <span>
        {sequence}. {STATE_WORDS[state]}
      </span>
      <span class="quiet">{facts.join(' · ')}</span>
      {error !== null && outcome !== 'delivered' && <span class="quiet error">{error}</span>}
      {may('control') && outcome !== 'pending' && (
        <button
          type="button"
          class="quiet-button"
          aria-label={`Deliver notification ${sequence} again`}
          onClick={() => void again()}
        >
          Deliver again
        </button>
      )}
    </li>
  );
}
