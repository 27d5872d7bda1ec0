import { Queue, QueueEvents, type Job } from 'bullmq';
import type { Work } from './do-work.ts';
import { serveJobs } from './serve-jobs.ts';

/** BullMQ behind Fastify. Argument: the port of Redis. */
const connection = { host: '127.0.0.1', port: Number(process.argv[2]) };
const queue = new Queue<Work>('work', { connection });
const events = new QueueEvents('work', { connection });
await events.waitUntilReady();
/** Those that somebody may wait for: all, where jobs come one at a time. */
const known = new Map<string, Job<Work>>();

await serveJobs(
  async (work) => {
    const job = await queue.add('work', work);
    const id = job.id ?? '';
    if (work.ffmpeg !== undefined) known.set(id, job);
    return id;
  },
  (api) => {
    api.get<{ Params: { id: string } }>('/jobs/:id/finished', async ({ params }) => {
      await known.get(params.id)?.waitUntilFinished(events);
      known.delete(params.id);
      return {};
    });
    api.post('/many', async ({ body }) => {
      const { count, work } = body as { count: number; work: Work };
      await queue.addBulk(Array.from({ length: count }, () => ({ name: 'work', data: work })));
      return {};
    });
  },
);
