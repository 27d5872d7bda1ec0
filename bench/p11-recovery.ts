import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBullMq } from './anchors/open-bullmq.ts';
import { readStarts, sharedNowMs } from './anchors/note-start.ts';
import { quantile, short, type Figure, type Series } from './figure.ts';
import { bothOf } from './harness/both-of.ts';
import { Submitter } from './harness/submitter.ts';
import { openNothing } from './modules/open-nothing.ts';
import { nothingJob } from './modules/nothing-job.ts';
import { ended, waitFor } from '../test/process/installation.ts';

/** Jobs that the killed worker has in hand. */
const JOBS = 4;
const LEASE_SECONDS = 30;
const GRACE_SECONDS = 10;
/** The jobs in hand outlast what is measured. */
const JOB_SECONDS = 600;

interface Farm {
  readonly url: string;
  readonly job: (note: string) => unknown;
  /** Starts a worker that can take all jobs. @returns what kills it */
  startWorker(): Promise<() => Promise<void>>;
}

/** How long the jobs of a worker that is killed wait for another one, which is there and has nothing to do. */
export const recovery: Figure = {
  id: 'P11',
  title: `SIGKILL of a node with ${JOBS} jobs → started again on another`,
  async measure({ quick }) {
    await using closing = new AsyncDisposableStack();
    const bullmq = await openBullMq();
    closing.defer(() => bullmq.close());
    const leaseSeconds = quick ? 2 : LEASE_SECONDS;
    const scene = await openNothing({
      nodes: 0,
      slots: JOBS,
      env: {
        NOMMERD_LEASE_SECONDS: String(leaseSeconds),
        NOMMERD_RENEW_INTERVAL: quick ? '0.5' : '5',
        MAX_NUM_EC2_INSTANCES: '2',
      },
    });
    closing.defer(() => scene.close());
    const ours: Farm = {
      url: scene.url,
      job: (note) => nothingJob({ note, seconds: JOB_SECONDS }),
      startWorker: async () => {
        const nodeId = randomUUID();
        const node = scene.here.startNommerd(['--node-id', nodeId]);
        await waitFor('the node to report', async () =>
          (await nodeIds(scene.url)).includes(nodeId),
        );
        return async () => {
          node.kill('SIGKILL');
          await ended(node);
        };
      },
    };
    const theirs: Farm = {
      url: bullmq.url,
      job: (note) => ({ note, sleepSeconds: JOB_SECONDS }),
      startWorker: async () => {
        const worker = await bullmq.startWorker(JOBS);
        return () => worker.close();
      },
    };
    const rounds = quick ? 1 : 3;
    // They wait for most of the time, and disturb nobody.
    const [mine, bull] = await bothOf(
      recover('media-nommer', ours, rounds),
      recover('BullMQ', theirs, quick ? 0 : rounds),
    );
    const p99 = quantile(mine.samples, 0.99);
    const most = leaseSeconds + GRACE_SECONDS;
    const text = `p50 ${short(quantile(mine.samples, 0.5))} s, p99 ${short(p99)} s`;
    return {
      unit: 's',
      anchor: bull,
      ours: mine,
      result: { text, value: p99 },
      reach: `p99 ≤ lease (${leaseSeconds} s) + ${GRACE_SECONDS} s`,
      bound: { most },
    };
  },
};

/** Kills whoever has the jobs, again and again. @returns seconds of each job until its next start */
async function recover(name: string, farm: Farm, rounds: number): Promise<Series> {
  const samples: number[] = [];
  if (rounds === 0) return { name: `${name}: takes a minute a round`, samples };
  const note = join(tmpdir(), `media-nommer-recovery-${name}-${process.pid}`);
  const submitter = new Submitter(farm.url);
  const running: (() => Promise<void>)[] = [await farm.startWorker()];
  try {
    for (let job = 0; job < JOBS; job += 1) await submitter.submit(farm.job(note));
    await waitFor('all jobs to start', () => Promise.resolve(readStarts(note).length >= JOBS));
    for (let round = 0; round < rounds; round += 1) {
      running.push(await farm.startWorker());
      // Somewhere between two renewals.
      await sleep(Math.random() * 5000);
      const before = readStarts(note).length;
      const killedAt = sharedNowMs();
      await running.shift()?.();
      await waitFor(
        'all jobs to start again',
        () => Promise.resolve(readStarts(note).length >= before + JOBS),
        300,
      );
      const again = readStarts(note).slice(before);
      samples.push(...again.map((at) => (at - killedAt) / 1000));
    }
  } finally {
    await submitter.close();
    await Promise.all(running.map((kill) => kill()));
    await rm(note, { force: true });
  }
  return { name, samples };
}

async function nodeIds(url: string): Promise<readonly string[]> {
  const answer = await (await fetch(`${url}/nodes`)).json();
  return (answer as { nodes: { node_id: string }[] }).nodes.map(({ node_id }) => node_id);
}
