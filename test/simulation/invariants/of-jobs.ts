import type { EncodingJob } from '../../../src/core/job.ts';
import { isFinished } from '../../../src/core/job.ts';
import { NEXT_STATES } from '../../../src/core/job-states.ts';
import { destOf } from '../actors/submitters.ts';
import type { Installation } from '../installation.ts';
import type { Invariant, StoreStep } from './invariant.ts';

/** S1–S6: what may happen to a job, and who may do it. */

const nothingIsLost: Invariant = {
  id: 'S1',
  says: 'an accepted job is never lost',
  on: {
    accepted: ({ jobId }, { store }) =>
      store.get(jobId) === undefined ? `${jobId} was accepted and is not stored` : undefined,
    stored: ({ before, after }) =>
      before !== undefined && after.createdAt !== before.createdAt
        ? `${after.uniqueId} was overwritten by another one`
        : undefined,
    end: (_, { store, facts }) => {
      const lost = [...facts.accepted.values()].filter((id) => store.get(id) === undefined);
      return lost.length > 0 ? `${lost.join(', ')} is no more` : undefined;
    },
  },
};

const oneResult: Invariant = {
  id: 'S2',
  says: "at most one attempt's results are accepted",
  on: {
    stored: ({ before, after }) => {
      if (after.jobState !== 'FINISHED' || before?.jobState === 'FINISHED') return undefined;
      const maker = after.result?.outputs[0]?.size;
      const ofWhom = before?.made?.attempt;
      return maker === ofWhom
        ? undefined
        : `${after.uniqueId} finished with what attempt ${maker} made; ${ofWhom} was the one to publish`;
    },
  },
};

const onlyLegalTransitions: Invariant = {
  id: 'S3',
  says: 'finished states absorb, only legal transitions happen',
  on: {
    stored: ({ before, after }) => {
      if (before === undefined) return undefined;
      const { uniqueId } = after;
      if (after.version <= before.version) {
        return `${uniqueId} went from version ${before.version} to ${after.version}`;
      }
      let state = before.jobState;
      for (const entered of after.timings.slice(before.timings.length)) {
        if (!NEXT_STATES[state].includes(entered.state)) {
          return `${uniqueId} went from ${state} to ${entered.state}`;
        }
        state = entered.state;
      }
      if (state !== after.jobState && after.timings.length < 100) {
        return `${uniqueId} is ${after.jobState} and never went there from ${state}`;
      }
      return before.jobState === 'FINISHED' && after.jobState !== 'FINISHED'
        ? `${uniqueId} was FINISHED and is ${after.jobState}`
        : undefined;
    },
  },
};

const onlyTheHolderChanges: Invariant = {
  id: 'S4',
  says: 'an attempt that lost its lease changes nothing',
  on: {
    stored: (step) => changeByStranger(step) ?? reportOfAnother(step),
    published: ({ jobId, attempt, by, confirmation }, installation) => {
      const leaseMs = installation.settings.leaseSeconds * 1000;
      if (!confirmation.isConfirmed) {
        return `${by.name} publishes attempt ${attempt} of ${jobId} without asking whether it is its own`;
      }
      if (isOf(installation.store.get(jobId), attempt)) return undefined;
      if (confirmation.ageMs >= leaseMs) {
        return `${by.name} publishes attempt ${attempt} of ${jobId} ${Math.round(confirmation.ageMs / 1000)} s after its lease was confirmed`;
      }
      return lostWithinTheLease(jobId, attempt, installation);
    },
  },
};

/**
 * A stop with standing clocks, or a call that takes ages, between confirming and publishing cannot be
 * noticed; nor that a server carries a call out for which nobody waits any more.
 */
function lostWithinTheLease(
  jobId: string,
  attempt: number,
  { facts, settings, world, clockErrorMs }: Installation,
): string | undefined {
  const confirmed = facts.confirmed(jobId, attempt);
  const heldMs = settings.leaseSeconds * 1000 - 2 * clockErrorMs;
  const gaveUp = facts.hasFailed(jobId, attempt);
  if (!gaveUp && confirmed !== undefined && world.now - confirmed.at < heldMs - 1) {
    const job = facts.cancelledAt.has(jobId)
      ? 'it was cancelled meanwhile'
      : 'somebody else has it';
    return `attempt ${attempt} of ${jobId} publishes under a lease that was live, and ${job}`;
  }
  facts.latePublishes.add(`${jobId} ${attempt}`);
  facts.count('an output is published by an outdated attempt');
  return undefined;
}

function isOf(job: EncodingJob | undefined, attempt: number): boolean {
  return (
    job !== undefined &&
    job.attempt === attempt &&
    (!isFinished(job) || job.jobState === 'FINISHED')
  );
}

function changeByStranger({ before, after, by }: StoreStep): string | undefined {
  if (before === undefined || !by.host.startsWith('node')) return undefined;
  const { lease, uniqueId } = before;
  const isHolder = lease?.nodeId === by.host && after.attempt === before.attempt;
  const isFree = lease === null || lease.until <= by.clock.now();
  const isClaim = isFree && after.attempt === before.attempt + 1 && after.lease?.nodeId === by.host;
  const isExpiry =
    lease !== null && isFree && after.attempt === before.attempt && after.lease === null;
  if (isHolder || isClaim || isExpiry) return undefined;
  const holder = lease === null ? 'nobody' : lease.nodeId;
  return `${by.name} changed ${uniqueId} (attempt ${after.attempt}), which ${holder} holds (attempt ${before.attempt})`;
}

/** What a nommer says bears the number of its attempt. */
function reportOfAnother({ before, after, by }: StoreStep): string | undefined {
  if (after.log === '' || after.log === before?.log) return undefined;
  return after.log === `attempt ${after.attempt}`
    ? undefined
    : `${by.name} stored the report of ${after.log} in attempt ${after.attempt} of ${after.uniqueId}`;
}

const oneWholeOutput: Invariant = {
  id: 'S5',
  says: 'FINISHED means exactly one whole output of this job',
  on: {
    stored: ({ before, after }, installation) =>
      before?.jobState === 'FINISHED'
        ? undefined
        : outputProblem(after, before?.made?.attempt, installation),
    published: ({ jobId, attempt }, { media, plans }) =>
      media.objects.get(destOf(plans.get(jobId)?.destination ?? jobId))?.isWhole === false
        ? `half of what attempt ${attempt} of ${jobId} made can be seen`
        : undefined,
    end: (_, installation) => {
      for (const job of installation.store.all()) {
        const problem = outputProblem(job, job.result?.outputs[0]?.size ?? 0, installation);
        if (problem !== undefined) return problem;
      }
      return undefined;
    },
  },
};

/** What counts is what can be seen there. @param made the attempt whose output was accepted */
function outputProblem(
  { uniqueId, jobState }: EncodingJob,
  made: number | undefined,
  { media, plans, facts }: Installation,
): string | undefined {
  if (jobState !== 'FINISHED') return undefined;
  const destination = plans.get(uniqueId)?.destination ?? uniqueId;
  const output = media.objects.get(destOf(destination));
  if (output === undefined) return `${uniqueId} is FINISHED without an output`;
  const { jobId, attempt, isWhole } = output;
  if (!isWhole) return `${uniqueId} is FINISHED with half an output`;
  if (!media.published.has(`${uniqueId} ${made}`)) {
    return `${uniqueId} is FINISHED, and attempt ${made} has published nothing`;
  }
  if (jobId === uniqueId && attempt === made) return undefined;
  // Another job may have the same destination, and be later; an outdated attempt may not have noticed.
  const isLegal =
    jobId === uniqueId
      ? facts.latePublishes.has(`${jobId} ${attempt}`)
      : plans.get(jobId)?.destination === destination;
  return isLegal
    ? undefined
    : `${uniqueId} is FINISHED with the output of attempt ${attempt} of ${jobId}, and not of ${made}`;
}

const oneJobPerKey: Invariant = {
  id: 'S6',
  says: 'one idempotency key, one job',
  on: {
    accepted: ({ key, jobId }, { facts }) => {
      const before = facts.accepted.get(key);
      return before !== undefined && before !== jobId
        ? `the key ${key} was answered with ${before}, then with ${jobId}`
        : undefined;
    },
    stored: ({ before, after }, { store }) => {
      if (before !== undefined) return undefined;
      const same = store.all().filter(({ requestHash }) => requestHash === after.requestHash);
      return same.length > 1
        ? `${same.map(({ uniqueId }) => uniqueId).join(' and ')} are one`
        : undefined;
    },
  },
};

export const OF_JOBS: readonly Invariant[] = [
  nothingIsLost,
  oneResult,
  onlyLegalTransitions,
  onlyTheHolderChanges,
  oneWholeOutput,
  oneJobPerKey,
];
