import type { Clock } from '../core/clock.ts';
import { NommerError } from '../core/errors.ts';
import type { Claim, EncodingJob, Progress } from '../core/job.ts';
import type { NodeCounts } from '../core/node-state.ts';
import { advance, renew, type AttemptReport, type Step } from '../core/job-rules/hold.ts';
import type { JobRule, Ruling } from '../core/job-rules/ruling.ts';
import { encodeJobMessage } from '../core/messages.ts';
import type { JobStateBackend } from '../core/job-state-backend.ts';
import type { JobQueue } from '../core/ports.ts';
import { inTime } from '../daemon/in-time.ts';
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
  /** Told of what the node counts. */
  readonly onCount?: (what: keyof NodeCounts) => void;
}

export interface Held {
  readonly claim: Claim;
  /** Monotonic time right before the claim was asked for. */
  readonly claimedAt: number;
  readonly receipt: string;
  readonly report: () => AttemptReport;
}

/** Part of the lease at whose end an unconfirmed holder stops, so that two never work at once. */
const FENCE_MARGIN = 0.1;
const STORE_AGAIN_MS = 1000;
/** SQS lets nobody hold a message for more than 12 hours. */
const HELD_AT_MOST_MS = 11 * 3_600_000;

/**
 * A node's hold on one job: renews the job's lease and the message's invisibility, stores progress on
 * the way, and aborts `signal` with an Interruption as soon as the job is cancelled or no longer ours.
 * When renewals go unanswered it fences itself off on the monotonic clock before others may claim.
 */
export class Lease {
  readonly #parts: LeaseParts;
  readonly #uniqueId: string;
  readonly #held: Held;
  readonly #interrupted = new AbortController();
  readonly #ended = new AbortController();
  #confirmedAt: number;
  #progress: Progress | null = null;
  #progressStored = true;
  #lost = false;
  #messageLetGo = false;

  constructor(job: EncodingJob, held: Held, parts: LeaseParts) {
    this.#parts = parts;
    this.#uniqueId = job.uniqueId;
    this.#held = held;
    this.#confirmedAt = held.claimedAt;
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
    if (interruption.kind === 'claim-lost' && !this.#lost) {
      this.#lost = true;
      this.#parts.onCount?.('lostLeases');
    }
    if (!this.#interrupted.signal.aborted) this.#interrupted.abort(interruption);
  }

  /** Takes progress to be stored with the next renewal. */
  setProgress(progress: Progress): void {
    this.#progress = progress;
    this.#progressStored = false;
  }

  /** Keeps the lease until `end`. Resolves when nothing is under way any more. */
  async keep(): Promise<void> {
    await Promise.all([this.#renewAgainAndAgain(), this.#fence()]);
  }

  end(): void {
    this.#ended.abort();
  }

  /** Goes on to the next working state. @throws Interruption when the attempt has to stop */
  async advance(step: Step): Promise<void> {
    this.#progress = null;
    this.#progressStored = true;
    const { claim, report } = this.#held;
    const leaseMs = this.#leaseMs;
    await this.insist((job, now) =>
      advance(job, claim, { ...step, leaseMs, report: report() }, now),
    );
    this.signal.throwIfAborted();
    this.#parts.logger.info({ job_state: step.state }, 'attempt goes on');
  }

  /** Makes sure, with the store, that the job is still ours. @throws Interruption when it is not */
  async confirm(): Promise<void> {
    await this.insist(this.#renewal);
    // An answer heard late is worth nothing: a process that stood still finds it before its fence wakes.
    if (this.#heldMs() <= 0) this.interrupt(new Interruption('claim-lost'));
    this.signal.throwIfAborted();
  }

  /**
   * Stores a change and tries on while the store cannot be reached, for as long as the lease is ours:
   * what was worked for is not given up for a short outage.
   * @throws what the store said when the lease was lost over it, or when trying on is no use
   */
  async insist(rule: JobRule): Promise<Ruling> {
    for (;;) {
      try {
        return await this.#store(rule);
      } catch (thrown: unknown) {
        const mayPass = thrown instanceof NommerError && thrown.retryable;
        if (this.#lost || !mayPass) throw thrown;
        this.#parts.logger.warn({ err: thrown }, 'could not store a change; trying on');
        this.#parts.onCount?.('storeRetries');
        await this.#parts.clock.sleep(STORE_AGAIN_MS);
      }
    }
  }

  get #leaseMs(): number {
    return this.#parts.settings.leaseSeconds * 1000;
  }

  readonly #renewal: JobRule = (job, now) => {
    const { claim, report } = this.#held;
    const renewal = { leaseMs: this.#leaseMs, progress: this.#progress, report: report() };
    return renew(job, claim, renewal, now);
  };

  async #renewAgainAndAgain(): Promise<void> {
    const { clock, settings, logger, onCount } = this.#parts;
    const { renewSeconds, progressSeconds } = settings;
    let lastRenewal = clock.monotonic();
    const lookMs = Math.min(renewSeconds, progressSeconds) * 1000;
    for (;;) {
      await clock.sleep(lookMs, this.#ended.signal);
      if (this.#isOver) return;
      // Timers may fire a little early; the next look would be too late.
      const due = clock.monotonic() - lastRenewal >= renewSeconds * 1000 - lookMs / 2;
      if (!due && this.#progressStored) continue;
      try {
        this.#progressStored = true;
        await this.#inTime(this.#store(this.#renewal));
        if (this.#lost) return;
        onCount?.('renewals');
        if (!due) continue;
        lastRenewal = clock.monotonic();
        // Not of a job that was handed back meanwhile: its message is there for others.
        if (!this.#isOver) await this.#inTime(this.#keepMessage());
      } catch (thrown: unknown) {
        onCount?.('failedRenewals');
        logger.warn({ err: thrown }, 'could not renew the lease; trying on');
      }
    }
  }

  /**
   * Waits for a call no longer than until the next renewal is due, so that one that hangs on a dead
   * connection does not use up the lease. It goes on, and what it confirms late still counts.
   * @throws NommerError UNAVAILABLE when there is no answer by then
   */
  #inTime<T>(call: Promise<T>): Promise<T> {
    const { clock, settings } = this.#parts;
    return inTime(call, { ms: settings.renewSeconds * 1000, clock, who: 'Store or queue' });
  }

  /**
   * Keeps the message hidden; before its time is over, lets it go for a fresh one. That comes round among
   * the nodes, each of which puts it back while the lease is live, until it finds that the job has ended.
   */
  async #keepMessage(): Promise<void> {
    const { clock, queue, settings } = this.#parts;
    const { receipt, claimedAt } = this.#held;
    if (this.#messageLetGo) return;
    if (clock.monotonic() - claimedAt < HELD_AT_MOST_MS) {
      return queue.extend(receipt, settings.leaseSeconds);
    }
    await queue.send(encodeJobMessage(this.#uniqueId), Math.ceil(settings.leaseSeconds));
    this.#messageLetGo = true;
    await queue.remove(receipt);
  }

  get #isOver(): boolean {
    return this.#ended.signal.aborted || this.#lost;
  }

  /** Stores a change, and learns from it whether the attempt may go on. */
  async #store(rule: JobRule): Promise<Ruling> {
    const askedAt = this.#parts.clock.monotonic();
    const ruling = await this.#parts.backend.change(this.#uniqueId, rule);
    if (!ruling.allowed && ruling.refusal === 'claim-lost') {
      this.interrupt(new Interruption('claim-lost'));
      return ruling;
    }
    if (ruling.allowed) this.#confirmedAt = Math.max(this.#confirmedAt, askedAt);
    if (ruling.job.cancelRequested) this.interrupt(new Interruption('cancelled'));
    return ruling;
  }

  /** How long the lease is ours for certain, on the monotonic clock. */
  #heldMs(): number {
    const holdMs = this.#leaseMs * (1 - FENCE_MARGIN);
    return this.#confirmedAt + holdMs - this.#parts.clock.monotonic();
  }

  async #fence(): Promise<void> {
    const { clock, logger } = this.#parts;
    while (!this.#isOver) {
      const leftMs = this.#heldMs();
      if (leftMs <= 0) {
        logger.error('lease not confirmed in time; giving the job up');
        return this.interrupt(new Interruption('claim-lost'));
      }
      await clock.sleep(leftMs, this.#ended.signal);
    }
  }
}
