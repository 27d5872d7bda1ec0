import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { WireJob } from '../../src/core/job-wire.ts';
import { Installation } from './installation.ts';
import { jsonLines, runCli, startCli } from './run-cli.ts';

const FEEDERD = join(import.meta.dirname, '../../src/feederd/main.ts');
const SHOP = 'canary-of-shop-0123456789';
const OPS = 'canary-of-ops-0123456789';
const WRONG = 'canary-of-nobody-0123456789';

let here: Installation;
let feederd: ChildProcess;
let log = '';

beforeAll(async () => {
  here = await Installation.create({
    FEEDERD_ALLOW_EC2_LAUNCHES: 'false',
    LOG_LEVEL: 'trace',
    API_TOKENS: JSON.stringify([
      { name: 'shop', token: SHOP, scopes: ['submit', 'read'], onlyOwn: true },
      { name: 'ops', token: OPS },
    ]),
  });
  await writeFile(here.path('in.mp4'), 'not looked at by anybody');
  await writeFile(here.path('ops.token'), `${OPS}\n`, { mode: 0o600 });
  feederd = await here.startFeederd();
  feederd.stdout?.setEncoding('utf8').on('data', (chunk: string) => (log += chunk));
});

afterAll(() => here.destroy());

const cli = (args: readonly string[], env: Record<string, string> = {}) =>
  runCli(['--url', here.url, ...args], { cwd: here.dir, env });

async function submit(token: string, name: string): Promise<WireJob> {
  const args = ['submit', 'in.mp4', '--to', name, '--preset', 'h264_web', '--json'];
  const run = await cli(args, { FEEDERD_TOKEN: token });
  expect(run).toMatchObject({ code: 0, stderr: '' });
  return jsonLines(run)[0] as WireJob;
}

/** Each starts programs, some of them several. */
const SLOW = { timeout: 120_000 };

describe('media-nommer', SLOW, () => {
  it('shows the token of FEEDERD_TOKEN or of a file, and each token sees its own', async () => {
    const own = await submit(SHOP, 'shop.mp4');
    const other = await submit(OPS, 'ops.mp4');
    const idsOf = (lines: readonly unknown[]) => (lines as WireJob[]).map((job) => job.unique_id);
    const shop = await cli(['list', '--json'], { FEEDERD_TOKEN: SHOP });
    expect(idsOf(jsonLines(shop))).toEqual([own.unique_id]);
    const ops = await cli(['list', '--json', '--token-file', 'ops.token']);
    expect(idsOf(jsonLines(ops)).toSorted()).toEqual([own.unique_id, other.unique_id].toSorted());
    const theirs = await cli(['status', other.unique_id], { FEEDERD_TOKEN: SHOP });
    expect(theirs).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no job') });
    // The file goes before the variable.
    const both = await cli(['cancel', own.unique_id, '--token-file', 'ops.token'], {
      FEEDERD_TOKEN: SHOP,
    });
    expect(both).toMatchObject({ code: 0, stdout: 'Cancelled: in.mp4\n' });
  });

  it.each([
    ['no token', {}, 'This call needs a token'],
    ['a wrong one', { FEEDERD_TOKEN: WRONG }, 'This token is not known here'],
  ])('says with %s how to give one', async (_what, env, message) => {
    const run = await cli(['list'], env);
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain(message);
    expect(run.stderr).toContain(
      'put it into FEEDERD_TOKEN, or into a file that --token-file names',
    );
    expect(run.stderr).not.toContain('canary');
  });

  it('has a doctor who says so, too', async () => {
    expect((await cli(['doctor'])).stdout).toContain('--token-file');
  });

  it('names the scope that a token lacks', async () => {
    const { unique_id: id } = await submit(SHOP, 'kept.mp4');
    const run = await cli(['cancel', id], { FEEDERD_TOKEN: SHOP });
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain('The token lacks the scope "control"; it has "submit", "read"');
  });

  it('takes no token on its command line, and no file without one', async () => {
    const url = here.url.replace('//', `//:${OPS}@`);
    const inUrl = await runCli(['--url', url, 'list'], { cwd: here.dir });
    expect(inUrl).toMatchObject({ code: 2, stdout: '' });
    expect(inUrl.stderr).toContain('--url must hold no token');
    await writeFile(here.path('two.token'), `${OPS}\n${SHOP}\n`);
    for (const file of ['missing.token', 'two.token']) {
      const run = await cli(['list', '--token-file', file]);
      expect(run).toMatchObject({ code: 2, stdout: '' });
      expect(run.stderr).toContain('--token-file must name a file');
    }
    expect(inUrl.stderr).not.toContain('canary');
  });
});

it('shows tokens in no log, answer, settings, argument or file', SLOW, async () => {
  const { unique_id: id } = await submit(SHOP, 'canary.mp4');
  const watching = startCli(['--url', here.url, 'watch', id, '--json'], {
    cwd: here.dir,
    env: { FEEDERD_TOKEN: SHOP },
  });
  await watching.printed(id);
  const commandLines = [watching.pid, feederd.pid].map((pid) =>
    readFile(`/proc/${pid}/cmdline`, 'utf8'),
  );
  const config = await cli(['config'], { FEEDERD_TOKEN: SHOP, API_TOKENS: OPS });
  const fetched = await fetch(`${here.url}/jobs/${id}`, {
    headers: { authorization: `Bearer ${OPS}` },
  });
  // What Node takes for no HTTP, the log gets to see in another way.
  await fetch(`${here.url}/jobs`, { headers: { authorization: `Bearer ${WRONG}` } });
  const broken = spawn('bash', [
    '-c',
    `exec 3<>/dev/tcp/127.0.0.1/${new URL(here.url).port}; ` +
      `printf 'GET / HTTP/1.1\\r\\nAuthorization: Bearer ${OPS}\\r\\nbro ken\\r\\n\\r\\n' >&3; cat <&3`,
  ]);
  const refused = await text(broken.stdout);
  expect(refused).toContain('400 Bad Request');
  process.kill(watching.pid, 'SIGINT');
  const watched = await watching.ended;
  const data = here.path('data');
  const files = (await readdir(data, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1'));
  const all = [
    ...(await Promise.all([...commandLines, ...files])),
    ...[config.stdout, await fetched.text(), refused, watched.stdout, watched.stderr, log],
  ];
  expect(all.join('\n')).not.toContain('canary-of');
  expect(config.stdout).toMatch(/FEEDERD_TOKEN +\*\*\*/);
  expect(log).toContain('refused a wrong token');
});

describe('feederd', SLOW, () => {
  async function start(env: Record<string, string>, until: string) {
    const args = ['-C', 'media-nommer:source', FEEDERD];
    const common = { PATH: process.env['PATH'], HOME: here.dir, DATA_DIR: here.path('other') };
    const child = spawn(process.execPath, args, {
      cwd: here.dir,
      env: { ...common, FEEDERD_PORT: '0', FEEDERD_ALLOW_EC2_LAUNCHES: 'false', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let output = '';
    const closed = once(child, 'close');
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
        // A second one would end it at once.
        if (!child.killed && output.includes(until)) child.kill('SIGTERM');
      });
    }
    await closed;
    return { code: child.exitCode, output };
  }

  it('does not start where others get in, unless there are tokens or that is meant so', async () => {
    const open = { FEEDERD_HOST: '0.0.0.0' };
    const refused = await start(open, 'ready at');
    expect(refused.code).toBe(78);
    expect(refused.output).toContain('there are no API_TOKENS to ask them for');
    const asks = await start({ ...open, API_TOKENS: SHOP }, 'ready at');
    expect(asks.code).toBe(0);
    expect(asks.output).not.toMatch(/canary|there are no API_TOKENS/);
  });

  it('says who may call where it asks for none', async () => {
    const alone = 'everybody on this machine may call, and nobody else';
    expect(await start({}, alone)).toMatchObject({
      code: 0,
      output: expect.stringContaining(alone),
    });
    const all = 'everybody who can reach this address may call';
    const anonymous = { FEEDERD_HOST: '0.0.0.0', FEEDERD_ALLOW_ANONYMOUS: 'true' };
    expect(await start(anonymous, all)).toMatchObject({
      code: 0,
      output: expect.stringContaining(all),
    });
  });
});
