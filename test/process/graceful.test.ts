import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WireJob } from '../../src/core/job-wire.ts';
import { ended, h264, Installation, SLOW } from './installation.ts';

const run = promisify(execFile);
const FEEDERD_GRACE_MS = 10_000;
const isError = ({ job_state }: WireJob) => job_state === 'ERROR';

describe('told to end under load', { timeout: 240_000 }, () => {
  let here: Installation;

  beforeEach(async () => {
    here = await Installation.create();
  });

  afterEach(() => here.destroy());

  it('feederd keeps every job that it has accepted, and ends within its grace period', async () => {
    const feederd = await here.startFeederd();
    const accepted: string[] = [];
    let isOver = false;
    const submit = async (client: number) => {
      for (let n = 0; !isOver; n += 1) {
        const answer = await here
          .submit({
            source_path: here.uri(`missing-${client}-${n}.mp4`),
            dest_path: here.uri('out.mp4'),
            job_options: h264(),
          })
          .catch(() => undefined);
        if (answer === undefined) return;
        if (answer.success) accepted.push(answer.job_id);
      }
    };
    const clients = Array.from({ length: 20 }, (_, client) => submit(client));
    while (accepted.length < 50) await new Promise((resolve) => setTimeout(resolve, 5));
    const toldAt = Date.now();
    feederd.kill('SIGTERM');
    expect(await ended(feederd)).toBe(0);
    expect(Date.now() - toldAt).toBeLessThan(FEEDERD_GRACE_MS + 3000);
    isOver = true;
    await Promise.all(clients);

    await here.startFeederd();
    for (const id of accepted) {
      const job = await here.waitForJob(id, 'in ERROR', isError);
      expect(job.error_code).toBe('SOURCE_NOT_FOUND');
    }
  });

  it('nommerd hands back all that it has, and ends within seconds', async () => {
    await here.startFeederd();
    const source = await here.makeClip('in.mp4', 8);
    const ids = await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        here.submitJob({
          source_path: source,
          dest_path: here.uri(`${name}.mp4`),
          job_options: SLOW,
        }),
      ),
    );
    const [first = '', second = ''] = ids;
    await Promise.race([here.encoding(first), here.encoding(second)]);
    const [pid = 0] = await here.nodePids();
    const toldAt = Date.now();
    process.kill(pid, 'SIGTERM');
    while ((await here.nodePids()).includes(pid)) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(Date.now() - toldAt).toBeLessThan(15_000);
    for (const id of ids) expect((await here.finished(id)).failures).toBe(0);
  });
});

describe('what a node meets', { timeout: 240_000 }, () => {
  let here: Installation;
  let server: Server | undefined;

  beforeEach(async () => {
    here = await Installation.create({
      HTTP_ALLOWED_NETWORKS: '127.0.0.1',
      STORAGE_HTTP_STALL_SECONDS: '1',
      JOB_MAX_ATTEMPTS: '1',
    });
    await here.startFeederd();
  });

  afterEach(async () => {
    server?.close();
    server?.closeAllConnections();
    server = undefined;
    await here.destroy();
  });

  it('a read-only destination: says so, at once', async ({ skip }) => {
    const source = await here.makeClip('in.mp4', 1);
    const folder = here.path('read-only');
    await mkdir(folder);
    const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', folder]).then(
      () => true,
      () => false,
    );
    if (!mounted) skip('a read-only disk can only be mounted as root');
    try {
      const id = await here.submitJob({
        source_path: source,
        dest_path: here.uri('read-only/out.mp4'),
        job_options: h264(),
      });
      const job = await here.waitForJob(id, 'in ERROR', isError);
      expect(job.error_code).toBe('DEST_FORBIDDEN');
      expect(job.job_state_details).toContain('read-only/out.mp4');
    } finally {
      await run('umount', [folder]);
    }
  });

  it('a source that stalls once: gets the rest; one that stalls always: says so', async () => {
    await here.makeClip('in.mp4', 1);
    const clip = await readFile(here.path('in.mp4'));
    let stalls = 0;
    server = createServer((request, response) => {
      const isDead = request.url === '/dead.mp4';
      const [, from = '0'] = /bytes=(\d+)-/.exec(request.headers.range ?? '') ?? [];
      const rest = clip.subarray(Number(from));
      const headers = { etag: '"1"', 'content-length': rest.length };
      const range = `bytes ${from}-${clip.length - 1}/${clip.length}`;
      response.writeHead(
        from === '0' ? 200 : 206,
        from === '0' ? headers : { ...headers, 'content-range': range },
      );
      const stall = isDead || stalls === 0;
      if (!isDead) stalls += 1;
      if (stall) response.write(rest.subarray(0, isDead ? 0 : 5000));
      else response.end(rest);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const [slow = '', dead = ''] = await Promise.all(
      ['slow', 'dead'].map((name) =>
        here.submitJob({
          source_path: `${url}/${name}.mp4`,
          dest_path: here.uri(`${name}-out.mp4`),
          job_options: h264(),
        }),
      ),
    );
    expect((await here.finished(slow)).attempt).toBe(1);
    expect(stalls).toBeGreaterThan(1);
    const job = await here.waitForJob(dead, 'in ERROR', isError, 90);
    expect(job.error_code).toBe('SOURCE_UNREACHABLE');
  });
});
