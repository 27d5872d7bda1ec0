import { Worker } from 'bullmq';
import { doWork, JobTimer, type Work } from './do-work.ts';

/** A worker of BullMQ with its defaults. Arguments: the port of Redis, jobs at a time, jobs to be timed. */
const [port, concurrency, count] = process.argv.slice(2).map(Number);
const timer = new JobTimer(count ?? 0);
const worker = new Worker<Work>(
  'work',
  async ({ data }) => {
    timer.started();
    await doWork(data);
  },
  {
    connection: { host: '127.0.0.1', port: port ?? 0, maxRetriesPerRequest: null },
    concurrency: concurrency ?? 1,
    // The bench kills the worker of the same jobs more than once; the times are the defaults.
    maxStalledCount: 100,
  },
);
worker.on('completed', () => timer.ended());
await worker.waitUntilReady();
process.send?.({ ready: true });
