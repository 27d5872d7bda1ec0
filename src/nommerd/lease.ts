import type { Clock } from '../core/clock.ts';
import type { Claim, EncodingJob, Progress } from '../core/job.ts';
import { advance, renew, type AttemptReport } from '../core/job-rules/hold.ts';
import type { Ruling } from '../core/job-rules/ruling.ts';
import type { WorkingState } from '../core/job-states.ts';
import type { JobStateBackend } from '../core/job-state-backend.ts';
import type { JobQueue } from '../core/ports.ts';
import type { Logger } from '../daemon/logger.ts';
import { Interruption } from './interruption.ts';

export interface LeaseSettings {
  readonly leaseSeconds: number;
  /** How often the lease is renewed. */
  readonly renewSeconds: number;
  /** How often progress is stored, when there is any: each time also renews. */
  readonly progressSeconds: number;
}

export interface LeaseParts {
  readonly backend: JobStateBackend;
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: LeaseSettings;
}

/** Part of the lease at whose end an unconfirmed holder stops, so that two never work at once. */
const FENCE_MARGIN = 0.1;

/**
 * A node's hold on one job: renews the job's lease and the message's invisibility, stores progress on
 * the way, and aborts `signal` with an Interruption as soon as the job is cancelled or no longer ours.
 * When renewals go unanswered it fences itself off on the monotonic clock before others may claim.
 */
export class Lease {
  readonly #parts: LeaseParts;
  readonly #claim: Claim;
  readonly #uniqueId: string;
  readonly #receipt: string;
  readonly #interrupted = new AbortController();
  readonly #ended = new AbortController();
  readonly #report: () => AttemptReport;
  #confirmedAt: number;
  #progress: Progress | null = null;
  #progressStored = true;
  #lost = false;

  constructor(
    job: EncodingJob,
    held: { claim: Claim; claimedAt: number; receipt: string; report: () => AttemptReport },
    parts: LeaseParts,
  ) {
    this.#parts = parts;
    this.#uniqueId = job.uniqueId;
    this.#claim = held.claim;
    this.#confirmedAt = held.claimedAt;
    this.#receipt = held.receipt;
    this.#report = held.report;
  }

  /** Aborts with an Interruption when the attempt has to stop. */
  get signal(): AbortSignal {
    return this.#interrupted.signal;
  }

  /** Whether the job is known to be somebody else's, or may be by now. */
  get isLost(): boolean {
    return this.#lost;
  }

  /** Makes the attempt stop. The lease itself is kept until `end`, unless it is lost. */
  interrupt(interruption: Interruption): void {
    if (interruption.kind === 'claim-lost') this.#lost = true;
    if (!this.#interrupted.signal.aborted) this.#interrupted.abort(interruption);
  }

  /** Takes progress to be stored with the next renewal. */
  setProgress(progress: Progress): void {
    this.#progress = progress;
    this.#progressStored = false;
  }

  /** Keeps the lease until `end`. Resolves then. */
  async keep(): Promise<void> {
    await Promise.all([this.#renewAgainAndAgain(), this.#fence()]);
  }

  end(): void {
    this.#ended.abort();
  }

  /** Goes on to the next working state. @throws Interruption when the job is no longer ours */
  async advance(state: WorkingState): Promise<void> {
    this.#progress = null;
    this.#progressStored = true;
    await this.#store((job, now) =>
      advance(job, this.#claim, { state, leaseMs: this.#leaseMs, report: this.#report() }, now),
    );
    this.signal.throwIfAborted();
  }

  /** Makes sure, with the store, that the job is still ours. @throws Interruption when it is not */
  async confirm(): Promise<void> {
    await this.#renew();
    this.signal.throwIfAborted();
  }

  get #leaseMs(): number {
    return this.#parts.settings.leaseSeconds * 1000;
  }

  async #renewAgainAndAgain(): Promise<void> {
    const { clock, settings, logger } = this.#parts;
    const { renewSeconds, progressSeconds } = settings;
    let lastRenewal = clock.monotonic();
    for (;;) {
      await clock.sleep(Math.min(renewSeconds, progressSeconds) * 1000, this.#ended.signal);
      if (this.#ended.signal.aborted || this.#lost) return;
      const due = clock.monotonic() - lastRenewal >= renewSeconds * 1000;
      if (!due && this.#progressStored) continue;
      try {
        await this.#renew();
        if (due) await this.#parts.queue.extend(this.#receipt, settings.leaseSeconds);
        if (due) lastRenewal = clock.monotonic();
      } catch (thrown: unknown) {
        logger.warn({ job: this.#uniqueId, err: thrown }, 'could not renew the lease; trying on');
      }
    }
  }

  async #renew(): Promise<void> {
    this.#progressStored = true;
    await this.#store((job, now) => {
      const renewal = { leaseMs: this.#leaseMs, progress: this.#progress, report: this.#report() };
      return renew(job, this.#claim, renewal, now);
    });
  }

  async #store(rule: (job: EncodingJob, now: number) => Ruling): Promise<void> {
    const askedAt = this.#parts.clock.monotonic();
    const ruling = await this.#parts.backend.change(this.#uniqueId, rule);
    if (!ruling.allowed) return this.interrupt(new Interruption('claim-lost'));
    this.#confirmedAt = Math.max(this.#confirmedAt, askedAt);
    if (ruling.job.cancelRequested) this.interrupt(new Interruption('cancelled'));
  }

  async #fence(): Promise<void> {
    const { clock, logger } = this.#parts;
    const holdMs = this.#leaseMs * (1 - FENCE_MARGIN);
    while (!this.#ended.signal.aborted && !this.#lost) {
      const leftMs = this.#confirmedAt + holdMs - clock.monotonic();
      if (leftMs <= 0) {
        logger.error({ job: this.#uniqueId }, 'lease not confirmed in time; giving the job up');
        return this.interrupt(new Interruption('claim-lost'));
      }
      await clock.sleep(leftMs, this.#ended.signal);
    }
  }
}
