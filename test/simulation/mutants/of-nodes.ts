import { isFinished, type EncodingJob } from '../../../src/core/job.ts';
import { encodeJobMessage } from '../../../src/core/messages.ts';
import type { JobQueue } from '../../../src/core/ports.ts';
import type { Mutant, Soil } from './mutant.ts';

/** Bugs of a nommerd: of how it takes a job, holds it, publishes and ends it. */

/** Plants into the new-job queue of nodes. */
function atNodes(
  plant: (queue: JobQueue, soil: Soil) => Partial<JobQueue>,
): Required<Mutant>['ports'] {
  return (ports, soil) =>
    soil.daemon === 'nommerd'
      ? { ...ports, newJobs: { ...ports.newJobs, ...plant(ports.newJobs, soil) } }
      : ports;
}

/** Plants into the rules of nodes: what they were about to store is changed once more. */
function afterRules(
  plant: (after: EncodingJob, before: EncodingJob) => EncodingJob,
): Required<Mutant>['rule'] {
  return (rule, { daemon }) =>
    daemon === 'feederd'
      ? rule
      : (job, now) => {
          const ruling = rule(job, now);
          return ruling.allowed ? { ...ruling, job: plant(ruling.job, job) } : ruling;
        };
}

const isFailure = (after: EncodingJob, before: EncodingJob) => after.failures > before.failures;
const isReturned = (after: EncodingJob, before: EncodingJob) =>
  after.jobState === 'PENDING' && before.jobState !== 'PENDING';

export const OF_NODES: readonly Mutant[] = [
  {
    name: 'removes the message on pop',
    of2012: true,
    ports: atNodes((queue) => ({
      async receive(request) {
        const messages = await queue.receive(request);
        await Promise.allSettled(messages.map(({ receipt }) => queue.remove(receipt)));
        return messages;
      },
    })),
  },
  {
    name: 'saves without condition',
    of2012: true,
    ports: (ports, { process, installation: { line, store } }) => ({
      ...ports,
      store: {
        ...ports.store,
        replace: (job) =>
          line.call(process, 'store', `put ${job.uniqueId}`, () => {
            store.put(job, process);
            return true;
          }),
      },
    }),
  },
  {
    name: 'claims under a live lease',
    rule: (rule, { daemon }) =>
      daemon === 'feederd'
        ? rule
        : (job, now) => {
            const ruling = rule(job, now);
            const isTaken = !ruling.allowed && ruling.refusal === 'leased';
            return isTaken
              ? rule({ ...job, lease: job.lease && { ...job.lease, until: 0 } }, now)
              : ruling;
          },
  },
  {
    name: 'renews without a look at the attempt',
    rule: (rule, { daemon, process }) =>
      daemon === 'feederd'
        ? rule
        : (job, now) => {
            const ruling = rule(job, now);
            if (ruling.allowed || ruling.refusal !== 'claim-lost' || isFinished(job)) return ruling;
            const lease = { nodeId: process.host, until: now + 30_000 };
            return {
              allowed: true,
              job: { ...job, lease, version: job.version + 1, modifiedAt: now },
            };
          },
  },
  {
    name: 'asks nobody before it publishes',
    storage: (storage) => ({
      ...storage,
      upload: (file, uri, options) =>
        storage.upload(file, uri, { ...options, beforePublish: () => Promise.resolve() }),
    }),
  },
  {
    name: 'has no fence on the monotonic clock',
    leaseClock: (clock) => ({
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      // What waits for the end of the lease never wakes.
      sleep: (ms, signal) => clock.sleep(ms > 15_000 ? 1e9 : ms, signal),
    }),
  },
  {
    name: 'removes the message before it stores the end',
    ports: (ports, { daemon, installation }) => {
      if (daemon === 'feederd') return ports;
      const receipts = new Map<string, string>();
      return {
        ...ports,
        newJobs: {
          ...ports.newJobs,
          receive: async (request) => {
            const messages = await ports.newJobs.receive(request);
            for (const { body, receipt } of messages) receipts.set(body, receipt);
            return messages;
          },
        },
        store: {
          ...ports.store,
          replace: async (job, expectedVersion) => {
            const receipt = receipts.get(encodeJobMessage(job.uniqueId));
            const isEnd = isFinished(job) && installation.store.get(job.uniqueId)?.lease !== null;
            if (isEnd && receipt !== undefined) await ports.newJobs.remove(receipt);
            return ports.store.replace(job, expectedVersion);
          },
        },
      };
    },
  },
  {
    name: 'is FINISHED before it has published',
    storage: (storage) => ({
      ...storage,
      upload: async (file, uri, options) => {
        void storage.upload(file, uri, options).catch(() => undefined);
      },
    }),
  },
  {
    name: 'shows half an output while it uploads',
    storage: (storage, { process, installation }) => ({
      ...storage,
      upload: async (file, uri, options) => {
        const { jobId, attempt } = options;
        const confirmation = { isConfirmed: true, ageMs: 0 };
        installation.media.publish(
          uri.text,
          { jobId, attempt, isWhole: false },
          process,
          confirmation,
        );
        await storage.upload(file, uri, options);
      },
      stat: async () => ({ bytes: 1, publishedBy: { jobId: 'any', attempt: 0 } }),
    }),
  },
  {
    name: 'ignores cancels',
    rule: afterRules((after) => ({ ...after, cancelRequested: false })),
  },
  {
    name: 'counts a hand-over as a failure',
    rule: afterRules((after, before) =>
      isReturned(after, before) && !isFailure(after, before)
        ? { ...after, failures: after.failures + 1 }
        : after,
    ),
  },
  {
    name: 'tries for ever',
    rule: afterRules((after, before) =>
      isFailure(after, before) && after.jobState === 'ERROR' && after.failures > 1
        ? {
            ...after,
            jobState: 'PENDING',
            timings: before.timings,
            notBefore: after.modifiedAt + 5000,
          }
        : after,
    ),
  },
  {
    name: 'forgets to wait after a failure',
    rule: afterRules((after, before) =>
      isFailure(after, before) ? { ...after, notBefore: null } : after,
    ),
  },
  {
    name: 'leaves its half uploads behind',
    storage: (storage, { installation: { media } }) => ({
      ...storage,
      upload: (file, uri, options) => {
        media.begin(uri.text, { ...options, isWhole: false });
        return storage.upload(file, uri, options);
      },
    }),
  },
  {
    name: 'keeps its message when the job has ended',
    ports: atNodes((queue) => ({ remove: (receipt) => queue.extend(receipt, 30) })),
  },
  {
    name: 'never leaves by itself',
    settings: { terminateWhenIdle: false },
  },
];
