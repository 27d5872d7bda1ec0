import { isFinished } from '../../../src/core/job.ts';
import { encodeJobMessage } from '../../../src/core/messages.ts';
import { struck } from '../scenario.ts';
import type { Mutant } from './mutant.ts';
import { afterRules, atNodes, isFailure, isReturned, receiptsOf } from './planting.ts';

/** Bugs of a nommerd: of how it takes a job, holds it, publishes and ends it. */

export const OF_NODES: readonly Mutant[] = [
  {
    name: 'removes the message on pop',
    expects: 'S12',
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
    expects: 'S3',
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
    expects: 'S4',
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
    expects: 'S4',
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
    expects: 'S4',
    storage: (storage) => ({
      ...storage,
      upload: (file, uri, options) =>
        storage.upload(file, uri, { ...options, beforePublish: () => Promise.resolve() }),
    }),
  },
  {
    name: 'has no fence on the monotonic clock',
    expects: 'rule 3',
    scenario: struck('holder is cut off'),
    leaseClock: (clock) => ({
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      // What waits for the end of the lease never wakes.
      sleep: (ms, signal) => clock.sleep(ms > 15_000 ? 1e9 : ms, signal),
    }),
  },
  {
    name: 'removes the message before it stores the end',
    expects: 'S12',
    ports: (ports, { daemon, installation }) => {
      if (daemon === 'feederd') return ports;
      const { receive, receipts } = receiptsOf(ports.newJobs);
      return {
        ...ports,
        newJobs: { ...ports.newJobs, receive },
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
    expects: 'S5',
    storage: (storage) => ({
      ...storage,
      upload: async (file, uri, options) => {
        void storage.upload(file, uri, options).catch(() => undefined);
      },
    }),
  },
  {
    name: 'shows half an output while it uploads',
    expects: 'S5',
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
    expects: 'L6',
    rule: afterRules((after) => ({ ...after, cancelRequested: false })),
  },
  {
    name: 'counts a hand-over as a failure',
    expects: 'rule 8',
    rule: afterRules((after, before) =>
      isReturned(after, before) && !isFailure(after, before)
        ? { ...after, failures: after.failures + 1 }
        : after,
    ),
  },
  {
    name: 'tries for ever',
    expects: 'S7',
    rule: afterRules((after, before) =>
      isFailure(after, before) && after.jobState === 'ERROR' && after.failures > 1
        ? {
            ...after,
            jobState: 'PENDING',
            timings: after.timings.map((each, index, { length }) =>
              index === length - 1 ? { ...each, state: 'PENDING' } : each,
            ),
            notBefore: after.modifiedAt + 5000,
          }
        : after,
    ),
  },
  {
    name: 'forgets to wait after a failure',
    expects: 'rule 8b',
    rule: afterRules((after, before) =>
      isFailure(after, before) ? { ...after, notBefore: null } : after,
    ),
  },
  {
    name: 'leaves its half uploads behind',
    expects: 'L5',
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
    expects: 'L5c',
    ports: atNodes((queue) => ({ remove: (receipt) => queue.extend(receipt, 30) })),
  },
  {
    name: 'never leaves by itself',
    expects: 'L4b',
    settings: { terminateWhenIdle: false },
  },
];
