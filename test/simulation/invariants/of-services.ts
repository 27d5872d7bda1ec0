import { isFinished, isOpen } from '../../../src/core/job.ts';
import { decodeJobMessage } from '../../../src/core/messages.ts';
import { SECRET } from '../actors/submitters.ts';
import { mayStay } from '../may-stay.ts';
import type { NodeHost } from '../actors/node-host.ts';
import { EPOCH_MS } from '../world/sim-process.ts';
import type { Invariant } from './invariant.ts';

const GONE = 410;

/** S8–S12: nodes, notifications, secrets and messages. */

const KNOWN_AFTER_MS = 90_000;

const nodesWithinTheMaximum: Invariant = {
  id: 'S8',
  says: 'running, pending and launching nodes never exceed the maximum',
  on: {
    launched: (_, { nodes, settings, clockErrorMs, world, isCalm }) => {
      const there = nodes.filter(({ machine }) => !machine.isGone);
      // Of one that somebody starts by hand feederd hears by and by, and may not believe a wrong clock.
      const isKnown = ({ machine, process, startedAt }: NodeHost) =>
        machine.isByHand !== true ||
        (process?.isAlive === true &&
          !process.isPaused &&
          clockErrorMs <= 5000 &&
          isCalm(KNOWN_AFTER_MS) &&
          world.now - startedAt > KNOWN_AFTER_MS);
      const living = there.filter(isKnown).map(({ nodeId }) => nodeId);
      return living.length > settings.maxNodes
        ? `${living.join(', ')} of ${settings.maxNodes}`
        : undefined;
    },
  },
};

const notificationsAreNumbered: Invariant = {
  id: 'S9',
  says: "a job's notifications have gap-free numbers and a stable id over retries",
  on: {
    stored: ({ before, after }) => {
      const { uniqueId, undelivered, deliveries, notificationCount } = after;
      const all = [...deliveries, ...undelivered];
      const odd = all.find(({ id, sequence }) => id !== `${uniqueId}_${sequence}`);
      if (odd !== undefined) return `number ${odd.sequence} of ${uniqueId} is called ${odd.id}`;
      if (new Set(all.map(({ id }) => id)).size < all.length)
        return `${uniqueId} has a number twice`;
      const countBefore = before?.notificationCount ?? 0;
      const added = all.filter(({ sequence }) => sequence > countBefore).length;
      if (added !== notificationCount - countBefore) {
        return `${uniqueId} has numbers up to ${notificationCount}, and ${added} new ones after ${countBefore}`;
      }
      const lost = before?.undelivered.find(
        (each) => each.event !== 'progress' && !all.some(({ id }) => id === each.id),
      );
      return lost === undefined ? undefined : `${lost.id} is gone without having been delivered`;
    },
    end: (_, { store, facts }) => {
      for (const { deliveries } of store.all()) {
        const untrue = deliveries.find(
          ({ id, outcome }) => outcome === 'delivered' && !facts.taken.has(id),
        );
        if (untrue !== undefined) return `${untrue.id} counts as delivered, and nobody took it`;
      }
      return undefined;
    },
  },
};

const everyEndIsTold: Invariant = {
  id: 'S9b',
  says: 'who asked to hear of the end is told of it',
  on: {
    stored: ({ before, after }) => {
      if (!isFinished(after) || (before !== undefined && isFinished(before))) return undefined;
      if (before?.deliveries.at(-1)?.lastStatus === GONE) return undefined;
      const { notify, notifyUrl } = after;
      const events = notify?.events ?? (notifyUrl === null ? [] : ['finished']);
      if (!events.includes('finished') && !events.includes('state')) return undefined;
      return after.notificationCount === (before?.notificationCount ?? 0)
        ? `${after.uniqueId} is ${after.jobState} without a notification`
        : undefined;
    },
  },
};

const receiversAreHeard: Invariant = {
  id: 'S9c',
  says: 'a receiver has the time it asks for, and is told no more once it is gone',
  on: {
    stored: ({ before, after }, { facts }) => {
      const hurried = after.undelivered.find(({ id, tries, lastTryAt, nextTryAt }) => {
        const isTried = before?.undelivered.some((each) => each.id === id && each.tries < tries);
        const askedMs = (facts.askedSeconds.get(id) ?? 0) * 1000;
        return isTried === true && tries === 1 && nextTryAt - (lastTryAt ?? 0) < askedMs;
      });
      const isAsked = hurried?.lastStatus === 429;
      if (isAsked) return `${hurried.id} is tried again too early`;
      const wasGone = before?.deliveries.at(-1)?.lastStatus === GONE;
      const countBefore = before?.notificationCount ?? 0;
      return wasGone && after.notificationCount > countBefore
        ? `${after.uniqueId} has a notification for a receiver that is gone`
        : undefined;
    },
  },
};

const secretsAreKept: Invariant = {
  id: 'S10',
  says: 'secrets are in no log, queue or heartbeat',
  on: {
    said: ({ where, text }) => (text.includes(SECRET) ? `${where} has one: ${text}` : undefined),
  },
};

const busyNodesStay: Invariant = {
  id: 'S11',
  says: 'a busy node is never scaled in',
  on: {
    terminated: ({ nodeId }, { store, nodes, facts, world, settings }) => {
      const node = nodes.find((each) => each.nodeId === nodeId);
      if (node?.process?.isAlive !== true || node.process.isPaused || node.isLeaving)
        return undefined;
      const held = store.all().find((job) => {
        if (job.lease?.nodeId !== nodeId) return false;
        const confirmed = facts.confirmed(job.uniqueId, job.attempt);
        if (confirmed === undefined) return false;
        const isLive = world.now - confirmed.at < settings.leaseSeconds * 1000;
        // Whoever ends a node that nothing was heard of cannot see what it begins at that moment.
        const claimedAt = job.timings.find(({ attempt }) => attempt === job.attempt)?.at ?? 0;
        return isLive && world.now + EPOCH_MS - claimedAt > LOOK_MS;
      });
      return held === undefined
        ? undefined
        : `${nodeId} is ended while it works on ${held.uniqueId}`;
    },
  },
};

/** From a look at nodes and jobs to what comes of it. */
const LOOK_MS = 1000;

const messagesOutliveTheWork: Invariant = {
  id: 'S12',
  says: 'a message is removed only after the finished state is stored',
  on: {
    removed: ({ body, receivedAt, by }, { store, facts, newJobs }) => {
      const uniqueId = decodeJobMessage(body) ?? '';
      const job = store.get(uniqueId);
      if (job === undefined || isFinished(job)) return undefined;
      const wasEndedMeanwhile = (facts.finishedAt.get(uniqueId) ?? -1) >= receivedAt;
      const hasAnother = newJobs.messages.some((message) => message.body === body);
      return wasEndedMeanwhile || hasAnother
        ? undefined
        : `${by.name} removes the message of ${uniqueId}, which is ${job.jobState}`;
    },
  },
};

const everythingDrains: Invariant = {
  id: 'L5',
  says: 'everything drains',
  on: {
    end: ({ isDrained }, installation) => {
      const { store, newJobs, stateChanges, media, nodes, facts, plans } = installation;
      if (isDrained) return undefined;
      const jobs = store.all().filter(isOpen);
      const left = [
        ...jobs.map(({ uniqueId, jobState }) => `${uniqueId} ${jobState}`),
        ...newJobs.messages.map(({ body }) => `message ${body}`),
        ...newJobs.dead.map(({ body }) => `dead letter ${body}`),
        ...stateChanges.messages.map(({ body }) => `announcement ${body}`),
        ...[...media.uploads].flatMap(([id, upload]) => (mayStay(upload, installation) ? [] : id)),
        ...nodes.filter(({ machine }) => !machine.isGone).map(({ nodeId }) => nodeId),
        ...[...plans.keys()]
          .filter((key) => !facts.accepted.has(key))
          .map((key) => `submit of ${key}`),
      ];
      return `left are ${left.join(', ')}`;
    },
  },
};

const messagesOfEndedJobsGo: Invariant = {
  id: 'L5c',
  says: 'the message of a job that has ended is removed by whoever receives it',
  on: {
    end: (_, { newJobs, facts, troubledUntil }) => {
      const kept = newJobs.messages.find(({ body, receivedAt, receivedBy }) => {
        const endedAt = facts.finishedAt.get(decodeJobMessage(body) ?? '');
        // A node that is just ending gives back what it is handed, unseen.
        const wasEnding = (receivedBy?.endedAt ?? Infinity) - receivedAt < 1000;
        return endedAt !== undefined && !wasEnding && receivedAt > Math.max(endedAt, troubledUntil);
      });
      return (
        kept &&
        `${kept.body} was received at ${Math.round(kept.receivedAt / 1000)} s, and is still there`
      );
    },
  },
};

const disksAreLeftClean: Invariant = {
  id: 'L5b',
  says: 'a node leaves no temporary files',
  on: {
    second: ({ now }, { nodes }) => {
      const start = nodes.find(
        ({ process, startedAt, leftOnDisk }) =>
          process?.isAlive === true && now - startedAt > 1000 && leftOnDisk.length > 0,
      );
      return start && `${start.nodeId} has ${start.leftOnDisk[0]} of a dead process`;
    },
    end: (_, { nodes }) => {
      const left = nodes.find(
        ({ process, leftOnDisk }) => process?.wasKilled === false && leftOnDisk.length > 0,
      );
      return left && `${left.nodeId} leaves ${left.leftOnDisk[0]}`;
    },
  },
};

export const OF_SERVICES: readonly Invariant[] = [
  nodesWithinTheMaximum,
  notificationsAreNumbered,
  everyEndIsTold,
  receiversAreHeard,
  secretsAreKept,
  busyNodesStay,
  messagesOutliveTheWork,
  everythingDrains,
  messagesOfEndedJobsGo,
  disksAreLeftClean,
];
