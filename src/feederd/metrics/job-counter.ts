import { ERROR_CODES } from '../../core/errors.ts';
import { isFinished, type EncodingJob, type StateTiming } from '../../core/job.ts';
import { FINISHED_STATES } from '../../core/job-states.ts';
import { LatestMap } from '../../core/latest-map.ts';
import { jobFacts, type Phase } from './job-facts.ts';
import type { MetricSet } from './metric-set.ts';
import type { HistogramName } from './metric-table.ts';

const HISTOGRAM_OF = {
  wait: 'media_nommer_job_wait_seconds',
  download: 'media_nommer_job_download_seconds',
  encode: 'media_nommer_job_encode_seconds',
  upload: 'media_nommer_job_upload_seconds',
  total: 'media_nommer_job_total_seconds',
} as const satisfies Readonly<Record<Phase, HistogramName>>;

/** Of so many ended jobs it is known that they are counted; those before them tell it by their times. */
const ENDED_KEPT = 10_000;

/** Counts what happens to jobs, once, however often it is told of them. */
export class JobCounter {
  readonly #metrics: MetricSet;
  /** The latest state that was counted, of each job. */
  readonly #open = new Map<string, StateTiming | undefined>();
  readonly #ended = new LatestMap<string, StateTiming | undefined>(ENDED_KEPT);
  #since = Infinity;

  constructor(metrics: MetricSet) {
    this.#metrics = metrics;
    // A series that begins with 1 looks as if nothing had happened.
    for (const state of FINISHED_STATES)
      metrics.count('media_nommer_jobs_ended_total', { state }, 0);
    for (const code of [...Object.keys(ERROR_CODES), 'OTHER']) {
      metrics.count('media_nommer_job_failures_total', { code }, 0);
    }
    for (const reason of ['failure', 'handover', 'operator']) {
      metrics.count('media_nommer_retries_total', { reason }, 0);
    }
  }

  /** From now on it counts what happens: so that of several feederds one does. */
  begin(now: number): void {
    this.#since = now;
    this.#open.clear();
    this.#ended.clear();
  }

  /** Counts no more. */
  end(): void {
    this.#since = Infinity;
  }

  /** Takes every job that is new or has changed. */
  changed(job: EncodingJob): void {
    if (this.#since === Infinity) return;
    const { uniqueId } = job;
    const last = this.#open.get(uniqueId) ?? this.#ended.get(uniqueId);
    const latest = job.timings.at(-1);
    this.#open.delete(uniqueId);
    this.#ended.delete(uniqueId);
    if (isFinished(job)) this.#ended.set(uniqueId, latest);
    else this.#open.set(uniqueId, latest);
    // Later changes of an ended job are those of its notifications.
    const isOld = isFinished(job) && latest?.at !== job.modifiedAt;
    if (last === undefined && isOld) return;
    this.#count(job, last);
  }

  #count(job: EncodingJob, last: StateTiming | undefined): void {
    const metrics = this.#metrics;
    const facts = jobFacts(job, last, this.#since);
    metrics.count('media_nommer_jobs_submitted_total', {}, Number(facts.isNew));
    metrics.count('media_nommer_attempts_total', {}, facts.attempts);
    for (const code of facts.failures) metrics.count('media_nommer_job_failures_total', { code });
    for (const reason of facts.retries) metrics.count('media_nommer_retries_total', { reason });
    for (const [phase, seconds] of facts.seconds) metrics.observe(HISTOGRAM_OF[phase], {}, seconds);
    for (const state of facts.endedAs) metrics.count('media_nommer_jobs_ended_total', { state });
    if (!facts.endedAs.includes('FINISHED') || job.result === null) return;
    const { source, outputs } = job.result;
    metrics.count('media_nommer_media_seconds_total', {}, source?.duration ?? 0);
    metrics.count('media_nommer_source_bytes_total', {}, source?.size ?? 0);
    for (const { size } of outputs) metrics.count('media_nommer_output_bytes_total', {}, size);
  }
}
