import type { EncodingJob } from '../../../src/core/job.ts';
import type { JobQueue, JobStore } from '../../../src/core/ports.ts';
import type { Mutant, Soil } from './mutant.ts';

/** Ways to plant a bug. */

/** Into the new-job queue of nodes. */
export function atNodes(
  plant: (queue: JobQueue, soil: Soil) => Partial<JobQueue>,
): Required<Mutant>['ports'] {
  return (ports, soil) =>
    soil.daemon === 'nommerd'
      ? { ...ports, newJobs: { ...ports.newJobs, ...plant(ports.newJobs, soil) } }
      : ports;
}

/** Into the rules of one daemon: what it was about to store is changed once more. */
export function afterRules(
  plant: (after: EncodingJob, before: EncodingJob) => EncodingJob,
  ofDaemon: Soil['daemon'] = 'nommerd',
): Required<Mutant>['rule'] {
  return (rule, { daemon }) =>
    daemon !== ofDaemon
      ? rule
      : (job, now) => {
          const ruling = rule(job, now);
          return ruling.allowed ? { ...ruling, job: plant(ruling.job, job) } : ruling;
        };
}

/** Into what feederds read of jobs. */
export function jobsRead(
  plant: (job: EncodingJob) => EncodingJob | undefined,
): Required<Mutant>['ports'] {
  return (ports, { daemon }) =>
    daemon === 'nommerd' ? ports : { ...ports, store: { ...ports.store, ...reading(ports.store) } };

  function reading(store: JobStore): Pick<JobStore, 'open' | 'get'> {
    return {
      open: async (cursor) => {
        const page = await store.open(cursor);
        return { ...page, jobs: page.jobs.flatMap((job) => plant(job) ?? []) };
      },
      get: async (uniqueId) => {
        const job = await store.get(uniqueId);
        return job && (plant(job) ?? job);
      },
    };
  }
}

/** Which of its own messages a process has received last, by what they say. */
export function receiptsOf(queue: JobQueue): {
  receive: JobQueue['receive'];
  receipts: ReadonlyMap<string, string>;
} {
  const receipts = new Map<string, string>();
  return {
    receipts,
    receive: async (request) => {
      const messages = await queue.receive(request);
      for (const { body, receipt } of messages) receipts.set(body, receipt);
      return messages;
    },
  };
}

export const isFailure = (after: EncodingJob, before: EncodingJob): boolean =>
  after.failures > before.failures;

export const isReturned = (after: EncodingJob, before: EncodingJob): boolean =>
  after.jobState === 'PENDING' && before.jobState !== 'PENDING';
