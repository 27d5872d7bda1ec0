import { isFinished, type EncodingJob } from '../../../src/core/job.ts';
import { dueNotifications } from '../../../src/core/job-rules/notifications.ts';
import { isWorkingState } from '../../../src/core/job-states.ts';
import type { Installation } from '../installation.ts';
import { EPOCH_MS } from '../world/sim-process.ts';
import type { Invariant } from './invariant.ts';

/** L1–L4: once nothing goes wrong any more, things happen in time. */

/** After the calm, a feederd takes over, learns of all jobs and launches nodes; then promises count. */
const SETTLING_MS = 75_000;

type Since = Map<string, number>;

/** What has been so, by each thing that it is so of, since when. Kept for one run. */
const sinceOf = new WeakMap<Installation, Map<string, Since>>();

function since(installation: Installation, what: string): Since {
  const all = sinceOf.get(installation) ?? new Map<string, Since>();
  sinceOf.set(installation, all);
  const found = all.get(what) ?? new Map<string, number>();
  all.set(what, found);
  return found;
}

/** Says what has been so for longer than `limitMs` since the calm has settled. */
function lasting(
  installation: Installation,
  what: string,
  { ids, limitMs }: { ids: readonly string[]; limitMs: number },
): { id: string; seconds: number } | undefined {
  const { calmSince, world } = installation;
  const times = since(installation, what);
  if (calmSince === undefined || world.now < calmSince + SETTLING_MS) return undefined;
  for (const id of times.keys()) if (!ids.includes(id)) times.delete(id);
  for (const id of ids) {
    const at = times.get(id);
    if (at === undefined) times.set(id, world.now);
    else if (world.now - at > limitMs) return { id, seconds: Math.round((world.now - at) / 1000) };
  }
  return undefined;
}

const unfinished = ({ store }: Installation) => store.all().filter((job) => !isFinished(job));

const lostJobsRunAgain: Invariant = {
  id: 'L1',
  says: "a killed node's job runs again within lease + 10 s",
  on: {
    second: (_, installation) => {
      const { settings, scenario, nodes } = installation;
      const isIdle = nodes.some(({ hasFreeSlot }) => hasFreeSlot);
      const ids = unfinished(installation)
        .filter((job) => isIdle && isWaiting(job, installation))
        .map(({ uniqueId, attempt }) => `${uniqueId}, attempt ${attempt + 1}`);
      const limitMs = settings.leaseSeconds * 1000 + 10_000 + 2 * scenario.maxSkewMs;
      const found = lasting(installation, 'waiting', { ids, limitMs });
      return found && `${found.id} does not begin for ${found.seconds} s while a slot is free`;
    },
  },
};

function isWaiting(job: EncodingJob, { nodes, world, scenario }: Installation): boolean {
  if (job.jobState === 'PENDING') {
    return (job.notBefore ?? 0) + scenario.maxSkewMs <= EPOCH_MS + world.now;
  }
  const attempt = `${job.uniqueId} ${job.attempt}`;
  return !nodes.some(({ process, attempts }) => process?.isAlive === true && attempts.has(attempt));
}

const unqueuedAreQueued: Invariant = {
  id: 'L2',
  says: 'an unqueued job is queued within 15 s',
  on: {
    second: (_, installation) => {
      const ids = unfinished(installation)
        .filter(({ queued, jobState }) => !queued && jobState === 'PENDING')
        .map(({ uniqueId }) => uniqueId);
      const limitMs = 15_000 + 2 * installation.scenario.maxSkewMs;
      const found = lasting(installation, 'unqueued', { ids, limitMs });
      return found && `${found.id} is not queued for ${found.seconds} s`;
    },
  },
};

const notificationsAreTried: Invariant = {
  id: 'L3',
  says: 'a due notification is tried within 5 s',
  on: {
    second: (_, installation) => {
      const { store, world, scenario } = installation;
      const now = EPOCH_MS + world.now - scenario.maxSkewMs;
      const ids = store
        .all()
        .flatMap((job) => dueNotifications(job, now))
        .map(({ id, tries }) => `${id}, try ${tries + 1}`);
      const limitMs = 5000 + 2 * scenario.maxSkewMs;
      const found = lasting(installation, 'untold', { ids, limitMs });
      return found && `${found.id} is not made for ${found.seconds} s`;
    },
  },
};

const silentNodesEnd: Invariant = {
  id: 'L4',
  says: 'a node that never reports is gone within its boot deadline',
  on: {
    second: (_, installation) => {
      const { nodes, settings, scenario } = installation;
      const ids = nodes
        .filter(({ process, machine }) => process === undefined && !machine.isGone)
        .map(({ nodeId }) => nodeId);
      const limitMs =
        (settings.ec2BootDeadlineSeconds + 2 * settings.autoScaleSeconds) * 1000 +
        2 * scenario.maxSkewMs;
      const found = lasting(installation, 'booting', { ids, limitMs });
      return found && `${found.id} has said nothing for ${found.seconds} s`;
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
      const { facts, settings, scenario } = installation;
      const ids = unfinished(installation)
        .filter(({ uniqueId }) => facts.cancelledAt.has(uniqueId))
        .map(({ uniqueId }) => uniqueId);
      const limitMs = settings.leaseSeconds * 1000 + 15_000 + 2 * scenario.maxSkewMs;
      const found = lasting(installation, 'cancelled', { ids, limitMs });
      return found && `${found.id} goes on for ${found.seconds} s`;
    },
    stored: ({ before, after, by }, { facts, world, calmSince }) => {
      const wasOpen = before !== undefined && !isFinished(before);
      if (wasOpen && before.cancelRequested && !after.cancelRequested && !isFinished(after)) {
        return `the wish to cancel ${after.uniqueId} is forgotten`;
      }
      const at = facts.cancelledAt.get(after.uniqueId);
      if (at === undefined || calmSince === undefined || before === undefined) return undefined;
      const waitedMs = world.now - Math.max(at, calmSince);
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
  unqueuedAreQueued,
  notificationsAreTried,
  silentNodesEnd,
  idleNodesLeave,
  cancelsAreObeyed,
];
