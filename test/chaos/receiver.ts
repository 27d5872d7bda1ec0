import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../simulation/world/random.ts';
import { listenOnLoopback } from '../doubles/listen-on-loopback.ts';

/** Notifications as they came in: of a job, by their sequence numbers. */
export interface Hits {
  /** Times of the tries that were refused or cut. */
  refused: number;
  /** In the order of arrival among all that were taken. */
  takenAs: number | undefined;
  readonly ids: Set<string>;
}

export interface Receiver {
  readonly url: string;
  isFailing: boolean;
  of(jobId: string): ReadonlyMap<number, Hits>;
  readonly total: number;
  close(): Promise<void>;
}

const FAIL_SHARE = 0.15;

/** Receives notifications, GET and POST; refuses or cuts the first try of some, and answers late at times. */
export async function startReceiver(random: Random): Promise<Receiver> {
  const byJob = new Map<string, Map<number, Hits>>();
  let taken = 0;

  const server = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      const { jobId, sequence, id } = read(request.url ?? '', body, request.headers['webhook-id']);
      const ofJob = byJob.get(jobId) ?? new Map<number, Hits>();
      byJob.set(jobId, ofJob);
      const hits = ofJob.get(sequence) ?? { refused: 0, takenAs: undefined, ids: new Set() };
      ofJob.set(sequence, hits);
      hits.ids.add(id);
      if (receiver.isFailing && random.chance(0.1)) await sleep(random.between(0, 1000));
      if (receiver.isFailing && hits.refused === 0 && random.chance(FAIL_SHARE)) {
        hits.refused += 1;
        if (random.chance(0.5)) return void response.destroy();
        return void response.writeHead(503).end();
      }
      hits.takenAs ??= taken++;
      response.end('ok');
    })().catch(() => response.destroy());
  });
  const { url, close } = await listenOnLoopback(server);
  const receiver: Receiver = {
    url,
    isFailing: true,
    of: (jobId) => byJob.get(jobId) ?? new Map(),
    get total() {
      return taken;
    },
    close,
  };
  return receiver;
}

/** 2012's GET tells of the end alone, which is a job's first and only notification. */
function read(url: string, body: string, id: string | string[] | undefined) {
  if (body === '') {
    const query = new URL(url, 'http://receiver').searchParams;
    return { jobId: query.get('job_id') ?? '', sequence: 1, id: 'get' };
  }
  const { data } = JSON.parse(body) as { data: { unique_id: string; sequence: number } };
  return { jobId: data.unique_id, sequence: data.sequence, id: String(id) };
}
