import { isFinished, isOpen, type EncodingJob } from '../../../src/core/job.ts';
import { dueNotifications } from '../../../src/core/job-rules/notifications.ts';
import { isWorkingState } from '../../../src/core/job-states.ts';
import { encodeJobMessage } from '../../../src/core/messages.ts';
import type { Installation } from '../installation.ts';
import { EPOCH_MS } from '../world/sim-process.ts';
import type { Invariant } from './invariant.ts';
import { lasting } from './lasting.ts';

/**
 * L1–L6: what happens in time. Each counts from the moment since when nothing goes wrong and whoever has
 * to act is there: the feederd that leads and knows of it, or a node that waits for a message.
 */

const unfinished = ({ store }: Installation) => store.all().filter((job) => !isFinished(job));

/** Jobs that the leader knows as they are, so that it can act. */
function knownToLeader(
  { leader }: Installation,
  jobs: readonly EncodingJob[],
): readonly EncodingJob[] {
  return jobs.filter(({ uniqueId, version }) => (leader?.knownVersion(uniqueId) ?? 0) >= version);
}

/** Whether there is a message that nodes can get: none that went to a receive of a process that had ended. */
function hasMessage({ newJobs, world }: Installation, uniqueId: string): boolean {
  const message = encodeJobMessage(uniqueId);
  return newJobs.messages.some(({ body, receivedBy, receivedAt, visibleAt }) => {
    const isLost = receivedAt > (receivedBy?.endedAt ?? Infinity) && visibleAt > world.now;
    return body === message && !isLost;
  });
}

/** Receives of dead processes may still be under way, and hide a message from all the others. */
function ghostsMs({ scenario }: Installation): number {
  return scenario.harshness > 0 ? 40_000 : 0;
}

const lostJobsRunAgain: Invariant = {
  id: 'L1',
  says: "a killed node's job runs again within lease + 10 s",
  on: {
    second: (_, installation) => {
      const { settings, clockErrorMs, leader } = installation;
      const limitMs = settings.leaseSeconds * 1000 + 10_000 + 2 * clockErrorMs;
      const waiting = unfinished(installation).filter((job) => isWaiting(job, installation));
      const isIdle = installation.nodes.some(({ hasFreeSlot }) => hasFreeSlot);
      const ids = waiting
        .filter(({ uniqueId }) => isIdle && hasMessage(installation, uniqueId))
        .map(({ uniqueId, attempt }) => `${uniqueId}, attempt ${attempt + 1}`);
      const found = lasting(installation, 'waiting', {
        ids,
        limitMs,
        settleMs: ghostsMs(installation),
      });
      if (found) return `${found.id} does not begin for ${found.seconds} s while a slot is free`;
      // With a node or without: whoever leads takes it back.
      const dead = knownToLeader(installation, waiting)
        .filter(({ lease }) => lease !== null && leader !== undefined)
        .map(({ uniqueId, attempt }) => `attempt ${attempt} of ${uniqueId}`);
      const held = lasting(installation, 'dead', { ids: dead, limitMs });
      return held && `${held.id} is dead and holds the job for ${held.seconds} s`;
    },
  },
};

const handedOverRunAgain: Invariant = {
  id: 'L1b',
  says: 'a handed-over job runs again within 5 s',
  on: {
    second: (_, installation) => {
      const { facts, nodes } = installation;
      const settleMs = ghostsMs(installation);
      const isIdle = nodes.some(({ hasFreeSlot }) => hasFreeSlot);
      const left = (nodeId: string | undefined) =>
        nodes.some((node) => node.nodeId === nodeId && node.process?.wasKilled === false);
      const ids = unfinished(installation)
        .filter(({ jobState }) => isIdle && jobState === 'PENDING')
        .filter(({ uniqueId }) => left(facts.handedOver.get(uniqueId)))
        .filter(({ uniqueId }) => hasMessage(installation, uniqueId))
        .map(({ uniqueId, attempt }) => `${uniqueId}, attempt ${attempt + 1}`);
      const found = lasting(installation, 'handed over', { ids, limitMs: 5000, settleMs });
      return found && `${found.id} does not begin for ${found.seconds} s while a slot is free`;
    },
  },
};

function isWaiting(job: EncodingJob, { nodes, world, clockErrorMs }: Installation): boolean {
  if (job.jobState === 'PENDING') {
    return (job.notBefore ?? 0) + clockErrorMs <= EPOCH_MS + world.now;
  }
  const attempt = `${job.uniqueId} ${job.attempt}`;
  return !nodes.some(({ process, attempts }) => process?.isAlive === true && attempts.has(attempt));
}

const unqueuedAreQueued: Invariant = {
  id: 'L2',
  says: 'an unqueued job is queued within 15 s',
  on: {
    second: (_, installation) => {
      const { clockErrorMs } = installation;
      const unqueued = unfinished(installation).filter(
        ({ queued, jobState }) => !queued && jobState === 'PENDING',
      );
      const ids = knownToLeader(installation, unqueued).map(({ uniqueId }) => uniqueId);
      const limitMs = 15_000 + 2 * clockErrorMs;
      const found = lasting(installation, 'unqueued', { ids, limitMs });
      return found && `${found.id} is not queued for ${found.seconds} s`;
    },
  },
};

/** A queue's depth is believed for so long; where it does not tell of the loss, for longer. */
const SENT_AGAIN_MS = 150_000;
const SENT_ANYWAY_MS = 950_000;

const lostMessagesAreSentAgain: Invariant = {
  id: 'L2b',
  says: 'a job without a message is sent again',
  on: {
    second: (_, installation) => {
      const { newJobs, clockErrorMs } = installation;
      const open = unfinished(installation);
      const missing = open.filter(({ queued }) => queued).length - newJobs.messages.length;
      const without = open.filter(
        (job) =>
          job.jobState === 'PENDING' &&
          isWaiting(job, installation) &&
          !hasMessage(installation, job.uniqueId),
      );
      const ids = knownToLeader(installation, without).map(({ uniqueId }) => uniqueId);
      const seldom = lasting(installation, 'without', {
        ids,
        limitMs: SENT_ANYWAY_MS + 2 * clockErrorMs,
      });
      const found = lasting(installation, 'missing', {
        ids: missing >= ids.length ? ids : [],
        limitMs: SENT_AGAIN_MS + 2 * clockErrorMs,
      });
      const one = found ?? seldom;
      return one && `${one.id} has no message for ${one.seconds} s`;
    },
  },
};

/** Who waits for announcements, waits again soon after the store was away. */
const HEARD_MS = 10_000;

const changesAreLearned: Invariant = {
  id: 'L2c',
  says: 'the feederd that leads learns of what others do, also where nobody tells it',
  on: {
    second: (_, installation) => {
      const { leader, store, settings, clockErrorMs, stateChanges, world } = installation;
      const unheard = stateChanges.messages
        .filter(({ visibleAt }) => leader !== undefined && visibleAt <= world.now)
        .map(({ body, visibleAt }) => `${body} of ${Math.round(visibleAt)}`);
      const waits = lasting(installation, 'unheard', { ids: unheard, limitMs: HEARD_MS });
      if (waits) return `${leader?.name} does not hear ${waits.id} for ${waits.seconds} s`;
      const open = store.all().filter(isOpen);
      const known = knownToLeader(installation, open);
      const ids = open
        .filter((job) => leader !== undefined && !known.includes(job))
        .map(({ uniqueId, version }) => `version ${version} of ${uniqueId}`);
      const limitMs = settings.stateChangeCheckSeconds * 1000 + 10_000 + clockErrorMs;
      const found = lasting(installation, 'unknown', { ids, limitMs });
      return found && `${leader?.name} does not know ${found.id} for ${found.seconds} s`;
    },
  },
};

const notificationsAreTried: Invariant = {
  id: 'L3',
  says: 'a due notification is tried within 5 s',
  on: {
    second: (_, installation) => {
      const { store, world, clockErrorMs, scenario } = installation;
      const now = EPOCH_MS + world.now - clockErrorMs;
      const ids = knownToLeader(installation, store.all())
        .flatMap((job) => dueNotifications(job, now))
        .map(({ id, tries }) => `${id}, try ${tries + 1}`);
      const limitMs = 5000 + 2 * clockErrorMs;
      // Slow receivers may still have calls of before.
      const settleMs = scenario.harshness > 0 ? 30_000 : 0;
      const found = lasting(installation, 'untold', { ids, limitMs, settleMs });
      return found && `${found.id} is not made for ${found.seconds} s`;
    },
  },
};

const silentNodesEnd: Invariant = {
  id: 'L4',
  says: 'a node that never reports is gone within its boot deadline',
  on: {
    second: (_, installation) => {
      const { nodes, settings, scenario, leader } = installation;
      const ids = nodes
        .filter(({ process, machine }) => process === undefined && !machine.isGone)
        .filter(() => leader !== undefined)
        .map(({ nodeId }) => nodeId);
      const limitMs =
        (settings.ec2BootDeadlineSeconds + 2 * settings.autoScaleSeconds) * 1000 +
        2 * scenario.maxSkewMs;
      const found = lasting(installation, 'booting', { ids, limitMs });
      return found && `${found.id} has said nothing for ${found.seconds} s`;
    },
  },
};

/** FROZEN_MS of fleet-view.ts, and until it is looked at. */
const FROZEN_MS = 900_000 + 60_000;

const hangingNodesEnd: Invariant = {
  id: 'L4c',
  says: 'a node that hangs is ended',
  on: {
    second: (_, installation) => {
      const { nodes, leader } = installation;
      const ids = nodes
        .filter(({ isFrozen, machine }) => isFrozen && !machine.isGone && leader !== undefined)
        .map(({ nodeId }) => nodeId);
      const found = lasting(installation, 'hanging', { ids, limitMs: FROZEN_MS });
      return found && `${found.id} has hung for ${found.seconds} s`;
    },
  },
};

const idleNodesLeave: Invariant = {
  id: 'L4b',
  says: 'an idle node leaves',
  on: {
    second: ({ now }, { nodes, settings }) => {
      const limitMs = settings.maxInactivitySeconds * 1000 + 40_000;
      const idle = nodes.find(({ process, attempts, idleSince }) => {
        if (process?.isAlive !== true || process.isPaused || attempts.size > 0) return false;
        return now - Math.max(idleSince + process.stoodMs, process.resumedAt) > limitMs;
      });
      return (
        idle && `${idle.nodeId} has had nothing to do since ${Math.round(idle.idleSince / 1000)} s`
      );
    },
  },
};

const cancelsAreObeyed: Invariant = {
  id: 'L6',
  says: 'a job that somebody cancelled ends',
  on: {
    second: (_, installation) => {
      const { facts, settings, clockErrorMs, leader } = installation;
      const ids = unfinished(installation)
        .filter(({ uniqueId }) => facts.cancelledAt.has(uniqueId))
        .filter(({ uniqueId }) => leader?.known(uniqueId) !== undefined)
        .map(({ uniqueId }) => uniqueId);
      const limitMs = settings.leaseSeconds * 1000 + 15_000 + 2 * clockErrorMs;
      const found = lasting(installation, 'cancelled', { ids, limitMs });
      return found && `${found.id} goes on for ${found.seconds} s`;
    },
    stored: ({ before, after, by }, { facts, world, troubledUntil }) => {
      const wasOpen = before !== undefined && !isFinished(before);
      if (wasOpen && before.cancelRequested && !after.cancelRequested && !isFinished(after)) {
        return `the wish to cancel ${after.uniqueId} is forgotten`;
      }
      const at = facts.cancelledAt.get(after.uniqueId);
      if (at === undefined || before === undefined) return undefined;
      const waitedMs = world.now - Math.max(at, troubledUntil);
      const isHolder = by.host === before.lease?.nodeId;
      const isIgnored =
        isHolder && isWorkingState(before.jobState) && isWorkingState(after.jobState);
      return isIgnored && waitedMs > 20_000 && before.attempt === after.attempt
        ? `${after.uniqueId} goes on ${Math.round(waitedMs / 1000)} s after it was cancelled`
        : undefined;
    },
  },
};

export const OF_LIVENESS: readonly Invariant[] = [
  lostJobsRunAgain,
  handedOverRunAgain,
  unqueuedAreQueued,
  lostMessagesAreSentAgain,
  changesAreLearned,
  notificationsAreTried,
  silentNodesEnd,
  hangingNodesEnd,
  idleNodesLeave,
  cancelsAreObeyed,
];
