import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startListener } from '../doubles/start-listener.ts';
import { h264, Installation } from './installation.ts';

/** An installation of the test that asks for it; feederd runs, and there is a clip in it. */
async function begin(env: Record<string, string>): Promise<Installation> {
  const here = await Installation.create(env);
  onTestFinished(() => here.destroy());
  await here.makeClip('in.mp4', 1);
  await here.startFeederd();
  return here;
}

describe('addresses that are not public', { timeout: 120_000 }, () => {
  it('are refused in URLs by both families of calls, and nobody connects to them', async () => {
    const inner = await startListener('127.0.0.1');
    const here = await begin({});
    const url = `http://me:hunter2@127.0.0.1:${inner.port}`;
    const job = {
      source_path: here.uri('in.mp4'),
      dest_path: here.uri('out.mp4'),
      job_options: h264(),
    };
    const refused = [
      ['source_path', { ...job, source_path: `${url}/in.mp4` }],
      ['dest_path', { ...job, dest_path: `${url}/out.mp4` }],
      ['notify_url', { ...job, notify_url: `${url}/done` }],
      ['source_path', { ...job, source_path: `http://localhost:${inner.port}/in.mp4` }],
      ['source_path', { ...job, source_path: `http://0x7f.1:${inner.port}/in.mp4` }],
    ] as const;
    for (const [field, body] of refused) {
      expect(await here.submit(body)).toMatchObject({
        success: false,
        error_code: 'ADDRESS_FORBIDDEN',
        message: expect.stringMatching(`^${field}: .*HTTP_ALLOWED_NETWORKS; received`) as string,
      });
      const answer = await fetch(`${here.url}/jobs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(answer.status).toBe(400);
      expect(await answer.text()).not.toContain('hunter2');
    }
    expect(inner.connections()).toBe(0);
  });

  it('are reached where HTTP_ALLOWED_NETWORKS holds them, and by no redirect where not', async () => {
    const inner = await startListener('127.0.0.2');
    const here = await begin({ HTTP_ALLOWED_NETWORKS: '127.0.0.1' });
    const clip = await readFile(here.path('in.mp4'));
    const location = `http://127.0.0.2:${inner.port}/secret`;
    const server = createServer((request, response) => {
      if (request.url === '/in.mp4') response.end(clip);
      else response.writeHead(302, { location }).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const submit = (name: string) =>
      here.submitJob({
        source_path: `${url}/${name}`,
        dest_path: here.uri(`out-${name}`),
        job_options: h264(),
      });
    await here.finished(await submit('in.mp4'));

    const id = await submit('elsewhere.mp4');
    const job = await here.waitForJob(id, 'in ERROR', ({ job_state }) => job_state === 'ERROR');
    expect(job).toMatchObject({ error_code: 'ADDRESS_FORBIDDEN', attempt: 1 });
    expect(job.job_state_details).toMatch(/^source_path: 127\.0\.0\.2 is neither public nor in/);
    expect(inner.connections()).toBe(0);
  });
});
