import { installPackages } from './install-packages.ts';
import { startChild } from './start-child.ts';
import { startRedis } from './start-redis.ts';

export interface Anchor {
  readonly name: string;
  /** Where its API is. */
  readonly url: string;
  /** Starts a worker. @param count after so many jobs it tells how long they took */
  startWorker(concurrency: number, count?: number): ReturnType<typeof startWorkerOf>;
  close(): Promise<void>;
}

/** It tells that it is ready, and once how long the jobs took. */
export function startWorkerOf(module: string, args: readonly string[]) {
  return startChild<{ ready?: true; ms: number }>(module, args);
}

/** BullMQ on Redis, behind the same Fastify. @throws Skipped */
export async function openBullMq(): Promise<Anchor> {
  await installPackages();
  const redis = await startRedis();
  try {
    const port = String(redis.port);
    const api = await startChild<{ port: number }>('bullmq-api.ts', [port]);
    return {
      name: 'BullMQ',
      url: `http://127.0.0.1:${api.first.port}`,
      startWorker: (concurrency, count = 0) =>
        startWorkerOf('bullmq-worker.ts', [port, String(concurrency), String(count)]),
      async close() {
        await api.close();
        await redis.close();
      },
    };
  } catch (thrown: unknown) {
    await redis.close();
    throw thrown;
  }
}
