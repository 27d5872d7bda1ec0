import { Logger, run } from 'graphile-worker';
import { doWork, JobTimer, type Work } from './do-work.ts';
import { openPool } from './open-pool.ts';

/** graphile-worker with its defaults. Arguments: PostgreSQL's folder, jobs at a time, jobs to be timed. */
const [host = '', concurrency, count] = process.argv.slice(2);
const timer = new JobTimer(Number(count));
const runner = await run({
  pgPool: openPool(host),
  logger: new Logger(() => () => {}),
  concurrency: Number(concurrency),
  noHandleSignals: true,
  taskList: {
    work: async (payload) => {
      timer.started();
      await doWork(payload as Work);
    },
  },
});
runner.events.on('job:complete', () => timer.ended());
process.send?.({ ready: true });
