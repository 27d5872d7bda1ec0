import { ERROR_CODES } from '../../core/errors.ts';
import type { WireJob } from '../../core/job-wire.ts';

/** Why a job has failed, or waits: in its own words, and in those of its error code. */
export function Trouble({ job }: { job: WireJob }) {
  const { job_state: state, error_code: code, job_state_details: details } = job;
  if (code === null && (details === null || state === 'CANCELLED')) return null;
  const hasFailed = state === 'ERROR' || state === 'ABANDONED';
  return (
    <section class={`why ${hasFailed ? 'bad' : 'passing'}`} aria-label="Why">
      {details !== null && <p class="details">{details}</p>}
      {code !== null && (
        <p class="quiet">
          <code>{code}</code> {meaningOf(code)}
        </p>
      )}
    </section>
  );
}

/** A newer feederd may have codes that this page has no words for. */
export function meaningOf(code: string): string {
  const known: Readonly<Record<string, { readonly meaning: string }>> = ERROR_CODES;
  return Object.hasOwn(known, code) ? (known[code]?.meaning ?? '') : '';
}
