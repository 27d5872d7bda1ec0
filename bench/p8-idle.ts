import { setTimeout as sleep } from 'node:timers/promises';
import { openBullMq } from './anchors/open-bullmq.ts';
import { type Figure, type Measurement } from './figure.ts';
import { bothOf } from './harness/both-of.ts';
import { computedMsOf } from './harness/process-usage.ts';
import { openNothing } from './modules/open-nothing.ts';
import { observeIdle } from './requests/measure-requests.ts';
import { perHour, total } from './requests/tally.ts';

const CPU_LIMIT = 0.5;
const REQUESTS_LIMIT = 400;
/** After a start, or a job, all is at rest. */
const SETTLE_MS = 10_000;

/** What it costs to do nothing. */
export const idle: Figure = {
  id: 'P8',
  title: 'nothing to do',
  async measure({ quick }) {
    const minutes = quick ? 0.05 : 3;
    const [processors, requests] = await bothOf(
      measureProcessors(minutes),
      measureRequests(minutes),
    );
    return [...processors, requests];
  },
};

async function measureProcessors(minutes: number): Promise<readonly Measurement[]> {
  await using closing = new AsyncDisposableStack();
  const bullmq = await openBullMq();
  closing.defer(() => bullmq.close());
  const worker = await bullmq.startWorker(2);
  closing.defer(() => worker.close());
  const scene = await openNothing({ env: { NOMMERD_TERMINATE_WHEN_IDLE: 'false' } });
  closing.defer(() => scene.close());
  await sleep(minutes < 1 ? 0 : SETTLE_MS);

  const [node] = await scene.here.nodePids();
  const pids = [worker.process.pid, scene.here.feederd?.pid, node];
  const before = await Promise.all(pids.map(computedMsOf));
  await sleep(minutes * 60_000);
  const after = await Promise.all(pids.map(computedMsOf));
  const [theirs = 0, feederd = 0, nommerd = 0] = after.map(
    (ms, index) => (100 * (ms - (before[index] ?? 0))) / (minutes * 60_000),
  );
  const anchor = { name: 'BullMQ worker', samples: [theirs] };
  return Object.entries({ feederd, nommerd }).map(([name, share]) => ({
    unit: '% of a core',
    what: name,
    anchor,
    ours: { name, samples: [share] },
    result: { text: `${share.toFixed(2)} %`, value: share },
    reach: `< ${CPU_LIMIT} %`,
    bound: { most: CPU_LIMIT },
  }));
}

async function measureRequests(minutes: number): Promise<Measurement> {
  const observed = perHour(await observeIdle({ minutes, withNode: true, wait: (ms) => sleep(ms) }));
  const of = (caller: 'node' | 'feederd') =>
    total(observed, (count) => count.caller === caller).requests;
  return {
    unit: '/h',
    what: 'requests of a node to AWS',
    anchor: { name: 'feederd', samples: [of('feederd')] },
    ours: { name: 'node', samples: [of('node')] },
    result: { text: `${of('node').toFixed(0)}/h`, value: of('node') },
    reach: `< ${REQUESTS_LIMIT}/h`,
    bound: { most: REQUESTS_LIMIT },
  };
}
