import { Logger, makeWorkerUtils } from 'graphile-worker';
import type { Work } from './do-work.ts';
import { openPool } from './open-pool.ts';
import { serveJobs } from './serve-jobs.ts';

/** graphile-worker behind Fastify. Argument: the folder of PostgreSQL's socket. */
const pgPool = openPool(process.argv[2] ?? '');
const utils = await makeWorkerUtils({ pgPool, logger: new Logger(() => () => {}) });
await utils.migrate();

await serveJobs(
  async (work) => {
    await utils.addJob('work', work);
  },
  (api) => {
    api.post('/many', async ({ body }) => {
      const { count, work } = body as { count: number; work: Work };
      await utils.addJobs(
        Array.from({ length: count }, () => ({ identifier: 'work', payload: work })),
      );
      return {};
    });
  },
);
