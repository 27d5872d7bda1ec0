import { isFinished } from '../../../src/core/job.ts';
import { decodeJobMessage } from '../../../src/core/messages.ts';
import type { Installation } from '../installation.ts';
import type { Invariant, StoreStep } from './invariant.ts';

/** Who is told to end has handed back by then. */
const HAND_BACK_MS = 25_000;

/** S7 and the rules about failures: a failure is counted once, for a reason, and then waits. */

const poisonEnds: Invariant = {
  id: 'S7',
  says: 'a job makes at most JOB_MAX_ATTEMPTS failures',
  on: {
    stored: ({ before, after }, { settings, facts }) => {
      const { uniqueId, failures, jobState } = after;
      const most = settings.jobMaxAttempts;
      const begun = facts.begun.get(uniqueId) ?? 0;
      const isBegun = before !== undefined && after.attempt > before.attempt;
      if (isBegun && begun >= most && !facts.handedOver.has(uniqueId)) {
        return `${uniqueId} begins for the ${begun + 1}th time, and may fail ${most} times`;
      }
      if (failures > most) return `${uniqueId} has failed ${failures} times of ${most}`;
      return failures === most && !isFinished(after)
        ? `${uniqueId} has failed ${failures} times of ${most} and is ${jobState}`
        : undefined;
    },
  },
};

const failuresAreReal: Invariant = {
  id: 'rule 8',
  says: 'only what failed counts as a failure',
  on: {
    stored: (step, installation) => {
      const { before, after } = step;
      if (before === undefined || after.failures <= before.failures) return undefined;
      if (after.failures > before.failures + 1) return `${after.uniqueId} failed twice at once`;
      return step.by.host === before.lease?.nodeId && after.attempt === before.attempt
        ? unrealFailure(step, installation)
        : unrealExpiry(step, installation);
    },
  },
};

function unrealFailure(
  { before, after, by }: StoreStep,
  { facts }: Installation,
): string | undefined {
  const attempt = before?.attempt ?? 0;
  const isExpired = (before?.lease?.until ?? 0) <= by.clock.now();
  return facts.hasFailed(after.uniqueId, attempt) || isExpired
    ? undefined
    : `${by.name} counts a failure of attempt ${attempt} of ${after.uniqueId}, in which nothing failed`;
}

/** A node's clock may be wrong: then it takes a job too early. feederd judges for all, so it must wait. */
function unrealExpiry(
  { before, after, by }: StoreStep,
  { facts, nodes, settings, world }: Installation,
): string | undefined {
  const { lease, attempt = 0 } = before ?? {};
  const who = `${by.name} takes attempt ${attempt} of ${after.uniqueId} for dead`;
  if (lease === null || lease === undefined || lease.until > by.clock.now())
    return `${who} under a live lease`;
  if (by.host.startsWith('node')) return undefined;
  // Whose clocks stood still may write a lease that is over already.
  const holder = nodes.find(({ nodeId }) => nodeId === lease.nodeId);
  if ((holder?.process?.resumedAt ?? 0) > 0) return undefined;
  const heardMs = world.now - (facts.confirmed(after.uniqueId, attempt)?.at ?? 0);
  return heardMs < settings.leaseSeconds * 1000 - 100
    ? `${who}, ${Math.round(heardMs / 1000)} s after it was heard of`
    : undefined;
}

const failuresWait: Invariant = {
  id: 'rule 8b',
  says: 'a job that failed waits before it is tried again',
  on: {
    stored: ({ before, after, by }, { settings }) => {
      if (before === undefined || after.failures <= before.failures) return undefined;
      const isReported = by.host === before.lease?.nodeId && after.attempt === before.attempt;
      if (!isReported || after.jobState !== 'PENDING') return undefined;
      if ((before.lease?.until ?? 0) <= by.clock.now()) return undefined;
      const growth = /_UNREACHABLE$|^DISK_FULL$/u.test(after.errorCode ?? '') ? 8 : 2;
      const leastMs = settings.jobRetryBackOffSeconds * 1000 * growth ** (after.failures - 1);
      const waitMs = (after.notBefore ?? 0) - after.modifiedAt;
      return waitMs < leastMs
        ? `${after.uniqueId} waits ${Math.max(waitMs, 0)} ms after failure ${after.failures}`
        : undefined;
    },
  },
};

const abandonedForAReason: Invariant = {
  id: 'rule 9',
  says: 'ABANDONED only if nobody holds a lease and nothing changed for the threshold',
  on: {
    stored: ({ before, after, by }, installation) => {
      if (after.jobState !== 'ABANDONED' || before === undefined) return undefined;
      if (before.jobState === 'ABANDONED') return undefined;
      const { facts, settings, world, clockErrorMs } = installation;
      const confirmed = facts.confirmed(after.uniqueId, before.attempt);
      const isHeld =
        before.lease !== null &&
        confirmed !== undefined &&
        world.now - confirmed.at < settings.leaseSeconds * 1000 - 2 * clockErrorMs;
      if (isHeld)
        return `${by.name} abandons ${after.uniqueId} while ${before.lease?.nodeId} works`;
      const ageMs = by.clock.now() - before.modifiedAt;
      return ageMs < settings.abandonAfterSeconds * 1000
        ? `${by.name} abandons ${after.uniqueId} ${Math.round(ageMs / 1000)} s after its last change`
        : undefined;
    },
  },
};

const noWorkAfterTheLease: Invariant = {
  id: 'rule 3',
  says: 'nobody works on without a confirmed lease',
  on: {
    working: ({ jobId, attempt, by }, { facts, settings, world }) => {
      const confirmed = facts.confirmed(jobId, attempt);
      const hasJustWoken = world.now - by.resumedAt < 3000;
      if (confirmed === undefined || hasJustWoken) return undefined;
      const ageMs = by.monotonic() - confirmed.mono;
      return ageMs > settings.leaseSeconds * 1000
        ? `${by.name} works on attempt ${attempt} of ${jobId} ${Math.round(ageMs / 1000)} s after its lease was confirmed`
        : undefined;
    },
  },
};

const oneLostAnswerIsNothing: Invariant = {
  id: 'rule 2',
  says: 'whoever hears no answer looks whether it was done',
  on: {
    stored: ({ before, after }, { facts, scenario, world }) => {
      if (before === undefined || after.failures <= before.failures) return undefined;
      if (scenario.harshness > 0 || world.strikes > 0) return undefined;
      return !facts.hasFailed(after.uniqueId, before.attempt)
        ? `attempt ${before.attempt} of ${after.uniqueId} counts as lost, and nobody died`
        : undefined;
    },
  },
};

const noMoreThanSlots: Invariant = {
  id: 'slots',
  says: 'a node works on no more jobs than it has slots',
  on: {
    begun: ({ node: { nodeId, attempts } }, { settings }) =>
      attempts.size > settings.slotsPerNode
        ? `${nodeId} works on ${[...attempts].join(', ')} in ${settings.slotsPerNode} slots`
        : undefined,
  },
};

const heldMessagesStayHidden: Invariant = {
  id: 'rule 3b',
  says: 'the message of a job stays hidden while its node works',
  on: {
    received: ({ body, receivedBy, by }, { newJobs, nodes, store, isCalm, scenario, settings }) => {
      if (scenario.harshness > 0 || receivedBy?.isAlive !== true) return undefined;
      if (newJobs.messages.filter((each) => each.body === body).length > 1) return undefined;
      const job = store.get(decodeJobMessage(body) ?? '');
      const node = nodes.find(({ process }) => process === receivedBy);
      if (job === undefined || node?.attempts.has(`${job.uniqueId} ${job.attempt}`) !== true)
        return undefined;
      // Who stood still may have claimed by a receipt that was outdated; the message comes round then.
      if (receivedBy.resumedAt > 0) return undefined;
      if (job.lease?.nodeId !== node.nodeId || !isCalm(settings.leaseSeconds * 2000))
        return undefined;
      return `${by.name} receives that of ${job.uniqueId}, on which ${node.nodeId} works`;
    },
  },
};

const buriedForAReason: Invariant = {
  id: 'rule 8c',
  says: 'only a job whose message is a dead letter is buried, and none that somebody works on',
  on: {
    stored: ({ before, after }, { facts, world, settings, clockErrorMs }) => {
      if (after.errorCode !== 'UNDELIVERABLE' || before?.errorCode === 'UNDELIVERABLE')
        return undefined;
      const { uniqueId } = after;
      if (!facts.lostMessages.has(uniqueId)) return `${uniqueId} has no dead letter`;
      const at = facts.confirmed(uniqueId, before?.attempt ?? 0)?.at ?? -Infinity;
      const isHeld = world.now - at < settings.leaseSeconds * 1000 - 2 * clockErrorMs;
      return before?.lease && isHeld
        ? `${uniqueId} is buried while ${before.lease.nodeId} works on it`
        : undefined;
    },
  },
};

const handedBackInTime: Invariant = {
  id: 'rule 7',
  says: 'who is told in time hands back what is not done',
  on: {
    second: ({ now }, { nodes, isCalm }) => {
      if (!isCalm(HAND_BACK_MS)) return undefined;
      const late = nodes.find(
        ({ process, toldAt = Infinity, attempts }) =>
          process?.isAlive === true &&
          !process.isPaused &&
          attempts.size > 0 &&
          now - toldAt > HAND_BACK_MS,
      );
      return late && `${late.nodeId} was told to end, and works on ${[...late.attempts].join()}`;
    },
    takenBack: ({ node, noticeMs }, { isCalm }) => {
      const { process, nodeId, attempts } = node;
      if (!isCalm(noticeMs - 1000) || noticeMs < 2 * HAND_BACK_MS) return undefined;
      if (process?.isAlive !== true || process.isPaused || attempts.size === 0) return undefined;
      return `${nodeId} knew it for ${noticeMs / 1000} s, and works on ${[...attempts].join()}`;
    },
  },
};

export const OF_FAILURES: readonly Invariant[] = [
  poisonEnds,
  failuresAreReal,
  failuresWait,
  abandonedForAReason,
  noWorkAfterTheLease,
  oneLostAnswerIsNothing,
  noMoreThanSlots,
  heldMessagesStayHidden,
  buriedForAReason,
  handedBackInTime,
];
