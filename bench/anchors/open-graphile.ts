import { installPackages } from './install-packages.ts';
import { startWorkerOf, type Anchor } from './open-bullmq.ts';
import { startChild } from './start-child.ts';
import { startPostgres } from './start-postgres.ts';

/** graphile-worker on PostgreSQL, behind the same Fastify. @throws Skipped */
export async function openGraphile(): Promise<Anchor> {
  await installPackages();
  const postgres = await startPostgres();
  try {
    const { host } = postgres;
    const api = await startChild<{ port: number }>('graphile-api.ts', [host]);
    return {
      name: 'graphile-worker',
      url: `http://127.0.0.1:${api.first.port}`,
      startWorker: (concurrency, count = 0) =>
        startWorkerOf('graphile-worker.ts', [host, String(concurrency), String(count)]),
      async close() {
        await api.close();
        await postgres.close();
      },
    };
  } catch (thrown: unknown) {
    await postgres.close();
    throw thrown;
  }
}
