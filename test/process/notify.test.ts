import { spawn } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { WireDelivery, WireJob } from '../../src/core/job-wire.ts';
import { ended, Installation, waitFor } from './installation.ts';
import { jsonLines, runCli } from './run-cli.ts';

const REPO = join(import.meta.dirname, '../..');
const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const OLD_SECRET = `whsec_${Buffer.alloc(32, 6).toString('base64')}`;

describe('a receiver of notifications', { timeout: 120_000 }, () => {
  let here: Installation;

  beforeAll(async () => {
    here = await Installation.create({
      NOTIFY_SECRETS: `${SECRET},${OLD_SECRET}`,
      HTTP_ALLOWED_NETWORKS: '127.0.0.1',
    });
    await mkdir(here.path('node_modules'));
    await symlink(REPO, here.path('node_modules/media-nommer'));
    const page = await readFile(join(REPO, 'docs/notifications.md'), 'utf8');
    const [, example] = /A receiver in Node.*?```js\n(.*?)```/s.exec(page) ?? [];
    await writeFile(here.path('receiver.mjs'), example ?? '');
    await here.makeClip('in.mp4', 1);
    await here.startFeederd();
  });

  afterAll(() => here.destroy());

  const cli = (...args: readonly string[]) =>
    runCli(['--url', here.url, ...args], { cwd: here.dir });

  /** Starts the receiver of docs/notifications.md. @returns where it is, and what it has printed */
  async function startReceiver(secret: string) {
    const port = await freePort();
    const child = spawn(process.execPath, ['-C', 'media-nommer:source', 'receiver.mjs'], {
      cwd: here.dir,
      env: { PATH: process.env['PATH'], SECRET: secret, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(async () => {
      child.kill();
      await ended(child);
    });
    const url = `http://127.0.0.1:${port}/`;
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    await waitFor('the receiver to listen', async () => {
      if (child.exitCode !== null) throw new Error(`the receiver ended with ${child.exitCode}`);
      return (await fetch(url).catch(() => undefined)) !== undefined;
    });
    return { url, lines: () => printed.split('\n').filter((line) => line !== '') };
  }

  const waitForAll = (id: string, holds: (delivery: WireDelivery) => boolean) =>
    waitFor('all notifications to be so', async () => {
      const { deliveries } = await here.job(id);
      return deliveries.length > 0 && deliveries.every(holds);
    });

  it('as the page shows it hears of every state, once, also when it is told again', async () => {
    const receiver = await startReceiver(OLD_SECRET);
    const webhook = ['--webhook', receiver.url, '--webhook-events', 'state,finished'];
    const run = await cli('submit', 'in.mp4', '--to', 'out.mp4', ...webhook, '--json');
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const id = (jsonLines(run) as WireJob[])[0]?.unique_id ?? '';
    await waitFor('the end', async () => receiver.lines().length === 4);
    const types = receiver.lines().map((line) => line.split(' ').slice(0, 3));
    expect(types).toEqual([
      ['1', 'job.state', id],
      ['2', 'job.state', id],
      ['3', 'job.state', id],
      ['4', 'job.finished', id],
    ]);
    expect(receiver.lines()[3]).toBe(`4 job.finished ${id} FINISHED`);
    await waitForAll(id, ({ outcome }) => outcome === 'delivered');

    expect(await cli('redeliver', id)).toMatchObject({ code: 0, stdout: '' });
    const again = await cli('redeliver', id.slice(0, 12), '4', '2');
    expect(again).toMatchObject({
      code: 0,
      stdout: 'Telling again: 2 job.state\nTelling again: 4 job.finished\n',
    });
    await waitForAll(id, ({ outcome }) => outcome === 'delivered');
    const list = await cli('notifications', id);
    expect(list.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n/);
    expect(list.stdout).toMatch(/^ *4 +job\.finished +FINISHED +delivered +1 +204 +\S.*$/m);
    expect(receiver.lines()).toHaveLength(4);

    const wrong = await cli('redeliver', id, '9', '--json');
    expect(wrong.code).toBe(1);
    expect(jsonLines(wrong)).toMatchObject([{ error: { error_code: 'UNKNOWN_NOTIFICATION' } }]);
  });

  it('with another secret takes nothing, which the job tells', async () => {
    const receiver = await startReceiver(`whsec_${Buffer.alloc(32, 9).toString('base64')}`);
    const id = await here.submitJob({
      source_path: here.uri('in.mp4'),
      dest_path: here.uri('other.mp4'),
      job_options: { options: 'h264_web' },
      notify: { url: receiver.url },
    });
    await here.finished(id);
    await waitForAll(id, ({ outcome, tries }) => outcome === 'pending' && tries > 0);
    expect(receiver.lines()).toHaveLength(0);
    const [list, status, config] = await Promise.all([
      cli('notifications', id, '--json'),
      cli('status', id),
      cli('config'),
    ]);
    const pending = { unique_id: id, sequence: 1, outcome: 'pending' };
    expect(jsonLines(list)).toMatchObject([{ ...pending, status: 400 }]);
    // Afterwards: it is told again at once, and may have been by the time that it is shown.
    const again = await cli('redeliver', id, '--json');
    expect(jsonLines(again)).toMatchObject([pending]);
    expect(status.stdout).toContain('the receiver answered 400');
    const shown = [list, status, again, config].map(({ stdout, stderr }) => stdout + stderr).join();
    expect(shown).not.toContain('whsec_');
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
