import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deepFreeze } from '../../../../src/conf/deep-freeze.ts';
import { NommerError } from '../../../../src/core/errors.ts';
import { isFinished, type Claim, type EncodingJob } from '../../../../src/core/job.ts';
import { claim, expire, isClaimedBy } from '../../../../src/core/job-rules/claim.ts';
import {
  advance,
  confirmCancel,
  fail,
  finish,
  handOver,
  renew,
} from '../../../../src/core/job-rules/hold.ts';
import { recordDelivery } from '../../../../src/core/job-rules/notifications.ts';
import { abandon, cancel, retry } from '../../../../src/core/job-rules/operate.ts';
import type { Ruling } from '../../../../src/core/job-rules/ruling.ts';
import { markQueued } from '../../../../src/core/job-rules/submit.ts';
import { isWorkingState, NEXT_STATES, WORKING_STATES } from '../../../../src/core/job-states.ts';
import { makeJob, NOW } from '../../../doubles/make-job.ts';

/**
 * Lives of one job: any rules, by any of three nodes with any claim they ever had, at any time, in any
 * order. What must hold then, holds whatever stores, queues and networks do.
 */

const LEASE_MS = 30_000;
const retryPolicy = { maxFailures: 3, backOffMs: 5000, maxBackOffMs: 60_000 };
const report = { log: 'log', translated: [] };

interface Event {
  readonly rule: keyof typeof RULES;
  readonly nodeId: string;
  /** Which of the claims made so far the node shows. */
  readonly claimIndex: number;
  readonly waitMs: number;
}

interface Situation {
  readonly nodeId: string;
  readonly claimed: Claim;
}

const RULES = {
  markQueued: (job: EncodingJob, _: Situation, now: number) => markQueued(job, now),
  claim: (job: EncodingJob, { nodeId }: Situation, now: number) =>
    claim(job, { nodeId, leaseMs: LEASE_MS, retryPolicy }, now),
  renew: (job: EncodingJob, { claimed }: Situation, now: number) =>
    renew(job, claimed, { leaseMs: LEASE_MS, progress: null, report }, now),
  advance: (job: EncodingJob, { claimed }: Situation, now: number) =>
    advance(job, claimed, { state: stateAfter(job), leaseMs: LEASE_MS, report }, now),
  handOver: (job: EncodingJob, { claimed }: Situation, now: number) =>
    handOver(job, claimed, 'leaving', now),
  crash: (job: EncodingJob, { claimed }: Situation, now: number) =>
    fail(job, claimed, { error: new NommerError('ENCODE_CRASHED', ''), retryPolicy, report }, now),
  reject: (job: EncodingJob, { claimed }: Situation, now: number) =>
    fail(job, claimed, { error: new NommerError('BAD_OPTION', ''), retryPolicy, report }, now),
  finish: (job: EncodingJob, { claimed }: Situation, now: number) =>
    finish(job, claimed, { result: { source: null, outputs: [] }, report }, now),
  confirmCancel: (job: EncodingJob, { claimed }: Situation, now: number) =>
    confirmCancel(job, claimed, now),
  expire: (job: EncodingJob, _: Situation, now: number) => expire(job, retryPolicy, now),
  cancel: (job: EncodingJob, _: Situation, now: number) => cancel(job, now),
  abandon: (job: EncodingJob, _: Situation, now: number) => abandon(job, 3_600_000, now),
  retry: (job: EncodingJob, _: Situation, now: number) => retry(job, now),
  deliver: (job: EncodingJob, _: Situation, now: number) =>
    recordDelivery(job, `job-1_${job.deliveries.length + 1}`, { delivered: true }, now),
  missDelivery: (job: EncodingJob, _: Situation, now: number) =>
    recordDelivery(job, `job-1_${job.notificationCount}`, { delivered: false, error: 'x' }, now),
};

const OF_THE_HOLDER: readonly (keyof typeof RULES)[] = [
  'renew',
  'advance',
  'handOver',
  'crash',
  'reject',
  'finish',
  'confirmCancel',
];

const events: fc.Arbitrary<Event[]> = fc.array(
  fc.record({
    rule: fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom(...(Object.keys(RULES) as (keyof typeof RULES)[])) },
      { weight: 1, arbitrary: fc.constantFrom('claim', 'advance', 'finish') },
    ),
    nodeId: fc.constantFrom('a', 'b', 'c'),
    claimIndex: fc.constantFrom(0, 0, 0, 1, 2),
    waitMs: fc.constantFrom(0, 0, 1, 1000, 1000, LEASE_MS - 1, LEASE_MS, 60_000, 4_000_000),
  }),
  { maxLength: 60, size: 'max' },
);

function stateAfter(job: EncodingJob) {
  const next = NEXT_STATES[job.jobState].find((state) => isWorkingState(state));
  return WORKING_STATES.find((state) => state === next) ?? 'DOWNLOADING';
}

/** Plays events and calls `check` for each; rules that the daemons never ask for are left out. */
function live(
  story: readonly Event[],
  check: (step: {
    before: EncodingJob;
    ruling: Ruling;
    event: Event;
    situation: Situation;
    now: number;
  }) => void,
): EncodingJob {
  let job = deepFreeze(makeJob({ notifyUrl: 'http://app/done' }));
  let now = NOW;
  const claims: Claim[] = [{ nodeId: 'a', attempt: 0 }];
  for (const event of story) {
    now += event.waitMs;
    const claimed = claims.at(-1 - (event.claimIndex % claims.length)) ?? {
      nodeId: 'a',
      attempt: 0,
    };
    const situation = { nodeId: event.nodeId, claimed };
    if (event.rule === 'finish' && job.jobState !== 'UPLOADING') continue;
    if (event.rule === 'advance' && job.jobState === 'UPLOADING') continue;
    const before = job;
    const ruling = RULES[event.rule](before, situation, now);
    check({ before, ruling, event, situation, now });
    if (!ruling.allowed) continue;
    job = deepFreeze(ruling.job);
    if (event.rule === 'claim' && isWorkingState(job.jobState)) {
      claims.push({ nodeId: event.nodeId, attempt: job.attempt });
    }
  }
  return job;
}

function hold(check: Parameters<typeof live>[1]): void {
  fc.assert(
    fc.property(events, (story) => {
      live(story, check);
    }),
    { numRuns: 1000 },
  );
}

describe('whatever happens to a job', () => {
  it('a refused rule changes nothing, an allowed one raises the version', () => {
    hold(({ before, ruling, event, now }) => {
      if (ruling.allowed) {
        expect(ruling.job.version).toBeGreaterThan(before.version);
        // To tell somebody of a job is no work on it.
        const isWork = !['deliver', 'missDelivery'].includes(event.rule) || isFinished(before);
        expect(ruling.job.modifiedAt).toBe(isWork ? now : before.modifiedAt);
      } else {
        expect(ruling.job).toBe(before);
      }
    });
  });

  it('an ended job stays as it ended, but for an explicit retry and its notifications', () => {
    hold(({ before, ruling, event }) => {
      if (!isFinished(before) || !ruling.allowed || event.rule === 'retry') return;
      expect(['deliver', 'missDelivery']).toContain(event.rule);
      expect(ruling.job).toStrictEqual({
        ...before,
        undelivered: ruling.job.undelivered,
        deliveries: ruling.job.deliveries,
        version: ruling.job.version,
        modifiedAt: ruling.job.modifiedAt,
      });
    });
  });

  it('a node that shows an outdated claim changes nothing', () => {
    hold(({ before, ruling, event, situation }) => {
      if (!OF_THE_HOLDER.includes(event.rule)) return;
      expect(ruling.allowed).toBe(isClaimedBy(before, situation.claimed));
    });
  });

  it('only a claim raises the attempt, by one, and nobody claims under a live lease', () => {
    hold(({ before, ruling, event, now }) => {
      const raised = ruling.job.attempt - before.attempt;
      if (raised === 0) return;
      expect(event.rule).toBe('claim');
      expect(raised).toBe(1);
      expect(before.lease === null || before.lease.until <= now).toBe(true);
    });
  });

  it('a lease is there exactly while a node works', () => {
    hold(({ ruling }) => {
      expect(ruling.job.lease !== null).toBe(isWorkingState(ruling.job.jobState));
    });
  });

  it('states follow one another as the table says, and are noted with their times', () => {
    hold(({ before, ruling, now }) => {
      const entered = ruling.job.timings.slice(before.timings.length);
      let state = before.jobState;
      for (const timing of entered) {
        expect(NEXT_STATES[state]).toContain(timing.state);
        expect(timing.at).toBe(now);
        state = timing.state;
      }
      expect(ruling.job.jobState).toBe(state);
    });
  });

  it('failures only rise by one, and end the job when they are used up', () => {
    hold(({ before, ruling, event }) => {
      if (event.rule === 'retry' && ruling.allowed) {
        expect(ruling.job.failures).toBe(0);
        return;
      }
      expect(ruling.job.failures - before.failures).toBeOneOf([0, 1]);
      if (ruling.job.failures < retryPolicy.maxFailures) return;
      expect(ruling.job.jobState).toBe('ERROR');
    });
  });

  it('every end makes one notification, numbered without gaps, and none gets lost', () => {
    hold(({ before, ruling }) => {
      const { job } = ruling;
      const hasEnded = !isFinished(before) && isFinished(job);
      expect(job.notificationCount - before.notificationCount).toBe(hasEnded ? 1 : 0);
      const sequences = [...job.deliveries, ...job.undelivered].map(({ sequence }) => sequence);
      expect(sequences.toSorted((a, b) => a - b)).toStrictEqual(
        Array.from({ length: job.notificationCount }, (_, index) => index + 1),
      );
    });
  });

  it('the stories reach every state', () => {
    const reached = new Set<string>();
    hold(({ ruling }) => reached.add(ruling.job.jobState));
    expect([...reached].toSorted()).toStrictEqual(Object.keys(NEXT_STATES).toSorted());
  });
});
