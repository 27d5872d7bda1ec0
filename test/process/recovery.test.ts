import { readdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ended, Installation, LEASE_SECONDS, SLOW, waitFor } from './installation.ts';

describe('when processes die', { timeout: 120_000 }, () => {
  let here: Installation;

  beforeEach(async () => {
    here = await Installation.create({ HTTP_ALLOWED_NETWORKS: '127.0.0.1' });
  });

  afterEach(() => here.destroy());

  it('runs the job of a killed node again, to one whole output', async () => {
    await here.startFeederd();
    const source = await here.makeClip('in.mp4', 6);
    const id = await here.submitJob({
      source_path: source,
      dest_path: here.uri('out/done.mp4'),
      job_options: SLOW,
    });
    await here.encoding(id);
    const [pid] = await here.nodePids();
    process.kill(pid as number, 'SIGKILL');
    const killedAt = Date.now();

    const job = await here.finished(id);

    const secondStart = job.timings.findLast(({ state }) => state === 'DOWNLOADING')?.at ?? '';
    expect(Date.parse(secondStart) - killedAt).toBeLessThan((LEASE_SECONDS + 10) * 1000);

    expect(job.attempt).toBe(2);
    expect(job.failures).toBe(1);
    expect(job.result?.outputs[0]?.duration).toBeCloseTo(6, 0);
    expect(await readdir(here.path('out'))).toEqual(['done.mp4']);
    await waitFor('no work files', async () => (await here.workFiles()).length === 0);
    expect(await here.ffmpegPids()).toEqual([]);
  });

  it('hands the job back at once when its node is told to end', async () => {
    await here.startFeederd();
    const source = await here.makeClip('in.mp4', 6);
    const id = await here.submitJob({
      source_path: source,
      dest_path: here.uri('done.mp4'),
      job_options: SLOW,
    });
    await here.encoding(id);
    const [pid] = await here.nodePids();
    process.kill(pid as number, 'SIGTERM');

    const job = await here.waitForJob(
      id,
      'handed back',
      ({ timings }) => timings.filter(({ state }) => state === 'PENDING').length === 2,
    );

    expect(job.failures).toBe(0);
    expect((await here.finished(id)).attempt).toBe(2);
  });

  describe('with a receiver of notifications', () => {
    let receiver: Server;
    let hits: URL[];

    beforeEach(async () => {
      hits = [];
      receiver = createServer((request, response) => {
        hits.push(new URL(request.url ?? '', 'http://receiver'));
        response.end('ok');
      }).listen(0, '127.0.0.1');
      await once(receiver, 'listening');
    });

    afterEach(() => receiver.close());

    it('goes on without feederd, and the next one knows every job and notifies', async () => {
      const feederd = await here.startFeederd();
      const { port } = receiver.address() as { port: number };
      const source = await here.makeClip('in.mp4', 6);
      const id = await here.submitJob({
        source_path: source,
        dest_path: here.uri('done.mp4'),
        notify_url: `http://127.0.0.1:${port}/done/?mine=1`,
        job_options: SLOW,
      });
      await here.encoding(id);
      feederd.kill('SIGKILL');
      await ended(feederd);
      await waitFor('the output', async () => (await readdir(here.dir)).includes('done.mp4'));
      expect(hits).toEqual([]);

      await here.startFeederd();

      const job = await here.finished(id);
      expect(job.attempt).toBe(1);
      await waitFor('the notification', async () => hits.length > 0);
      expect(Object.fromEntries(hits[0]?.searchParams ?? [])).toMatchObject({
        mine: '1',
        job_id: id,
        job_state: 'FINISHED',
      });
      await here.waitForJob(id, 'notified', ({ deliveries }) =>
        deliveries.every(({ outcome }) => outcome === 'delivered'),
      );
      expect(hits).toHaveLength(1);
    });
  });
});
