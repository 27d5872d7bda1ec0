import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { AwsClients } from '../../src/aws/aws-clients.ts';
import type { WireJob } from '../../src/core/job-wire.ts';
import { awsSettings } from '../conformance/open-aws-tables.ts';
import { Canaries } from './canaries.ts';
import { h264, Installation, waitFor } from './installation.ts';
import { lookAtChildren, type SeenChildren } from './look-at-children.ts';
import { runCli } from './run-cli.ts';
import { makeSecretJobs } from './secret-jobs.ts';
import { startTelltale, type Telltale } from './start-telltale.ts';

const canaries = new Canaries();
/** What is no secret: whoever looks where it is must find it. */
const controls = new Canaries();
const CONTROL = controls.make('control');
const TOKEN = canaries.make('API_TOKENS, FEEDERD_TOKEN');
const WRONG_TOKEN = canaries.make('wrong token');
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: canaries.make('AWS key') };
const SECRETS = {
  ...KEYS,
  API_TOKENS: TOKEN,
  FEEDERD_TOKEN: TOKEN,
  NOTIFY_SECRETS: `whsec_${Buffer.from(canaries.make('NOTIFY_SECRETS')).toString('base64')}`,
  SECRETS_KEYS: Buffer.from(canaries.make('SECRETS_KEYS')).toString('base64'),
  OF_SOMEBODY_ELSE: canaries.make('variable of nommerd'),
};

/** What was heard where. */
const heard = new Map<string, string[]>();
let here: Installation;
let telltale: Telltale;
let env: Record<string, string>;
let children: SeenChildren;
let stopS3: () => Promise<void>;
let ids: string[];

const note = (place: string, text: string) =>
  void heard.set(place, [...(heard.get(place) ?? []), text]);

async function call(method: 'GET' | 'POST', path: string, body?: unknown, token = TOKEN) {
  const answer = await fetch(`${here.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const place = answer.ok && !text.includes('"success":false') ? 'answers' : 'refusals';
  note(place, `${JSON.stringify([...answer.headers])}\n${text}`);
  return { status: answer.status, text, job: () => JSON.parse(text) as WireJob };
}

const stateOf = async (id: string) => (await call('GET', `/jobs/${id}`)).job().job_state;

async function listen(signal: AbortSignal) {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const answer = await fetch(`${here.url}/events`, { headers, signal });
  for await (const text of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    note('events', text);
  }
}

async function noteFiles(place: string, { dir } = here) {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const content = entry.isFile() ? await readFile(path, 'latin1').catch(() => '') : '';
    note(place, `${relative(dir, path)}\n${content}`);
  }
}

/** Submits, waits, cancels, retries and is refused, while others listen and look. */
async function useIt() {
  const jobs = makeSecretJobs({ canaries, telltale, metadata: { control: CONTROL } });
  const { job } = await call('POST', '/jobs', jobs.slow);
  const slow = job().unique_id;
  const batch = await call('POST', '/jobs', [...jobs.ending.map(([, each]) => each)]);
  const { jobs: batched } = JSON.parse(batch.text) as { jobs: { job: WireJob }[] };
  ids = batched.map((each) => each.job.unique_id);

  for (const refused of jobs.refused) {
    const calls = ['/jobs', '/job/submit/'].map((path) => call('POST', path, refused));
    const [answer] = await Promise.all(calls);
    expect(answer?.text).toContain('"detail"');
  }
  for (const uri of [`s3://AKIA:${TOKEN}@media/k`, `https://user:${TOKEN}@host/`]) {
    await call('GET', `/jobs/${encodeURIComponent(uri)}`);
    await call('GET', `/jobs/${encodeURIComponent(uri)}/log`);
    await call('GET', `/nothing?token=${TOKEN}&url=${uri}`);
  }
  await call('POST', '/jobs', jobs.refused);
  await call('POST', '/jobs', jobs.slow, WRONG_TOKEN);
  await call('POST', '/job/list/', {}, WRONG_TOKEN);
  await call('GET', `/jobs?token=${WRONG_TOKEN}`);

  const encodes = async () => (await stateOf(slow)) === 'ENCODING';
  await waitFor('an encode', encodes);
  await call('GET', '/nodes');
  await noteFiles('files while it runs');
  await call('POST', `/jobs/${slow}/cancel`);
  await waitFor('the end', async () => (await stateOf(slow)) === 'CANCELLED');
  await call('POST', `/jobs/${slow}/retry`);
  await waitFor('another encode', encodes);
  await call('POST', '/job/cancel/', { job_id: slow });
  await waitFor('the end', async () => (await stateOf(slow)) === 'CANCELLED');

  for (const [index, [state]] of jobs.ending.entries()) {
    const id = ids[index] ?? '';
    await waitFor(
      `${id} to end`,
      async () => {
        const now = await stateOf(id);
        return now === state || ['ERROR', 'FINISHED'].includes(now);
      },
      120,
    );
    expect([index, await stateOf(id)]).toEqual([index, state]);
  }
  ids.push(slow);
}

async function askAll() {
  for (const path of [
    '/jobs',
    '/nodes',
    '/stats',
    '/metrics',
    '/presets',
    '/readyz',
    '/healthz',
    '/nothing',
  ]) {
    await call('GET', path);
  }
  await call('POST', '/job/list/', {});
  for (const id of ids) {
    await call('GET', `/jobs/${id}/log`);
    await call('GET', `/jobs/${id}/events`);
    await call('POST', '/job/status/', { job_id: id });
    await call('POST', `/jobs/${id}/notifications/${id}/redeliver`);
  }
}

async function askByCommand() {
  const [id = ''] = ids;
  const source = `s3://AKIA:${canaries.make('argument')}/+@media/in.mp4`;
  const commands = [
    ['list'],
    ['list', '--json'],
    ['status', ...ids],
    ['status', ...ids, '--json'],
    ['notifications', id],
    ['log', id],
    ['nodes', '--json'],
    ['audit'],
    ['doctor'],
    ['config'],
    ['config', '--json'],
    ['submit', source, '--to', 'nowhere/'],
    ['submit', source, '--to', 's3://media/x.mp4', '--preset', 'none'],
  ];
  for (const command of commands) {
    const run = await runCli(['--url', here.url, ...command], { cwd: here.dir, env });
    note('commands', `${command[0]}: ${run.code}\n${run.stdout}\n${run.stderr}`);
  }
}

beforeAll(async () => {
  const s3 = await startFauxqs({ port: 0, logger: false });
  s3.createBucket('media');
  const s3Endpoint = `http://127.0.0.1:${s3.port}`;
  const settings = { ...SECRETS, HTTP_ALLOWED_NETWORKS: '127.0.0.1', S3_ENDPOINT: s3Endpoint };
  env = { ...settings, LOG_LEVEL: 'trace', JOB_MAX_ATTEMPTS: '2', JOB_RETRY_BACK_OFF: '0.1' };
  here = await Installation.create(env);
  env['DATA_DIR'] = here.path('data');
  await here.makeClip('in.mp4', 8);
  telltale = await startTelltale({
    clip: here.path('in.mp4'),
    elsewhere: `ftp://user:${canaries.make('redirect')}@host/in.mp4?token=${canaries.make('redirect')}`,
  });
  const clients = new AwsClients(awsSettings({ s3Endpoint }));
  const Body = await readFile(here.path('in.mp4'));
  const client = await clients.s3();
  await client.send(new PutObjectCommand({ Bucket: 'media', Key: 'in.mp4', Body }));
  await clients.close();
  stopS3 = () => s3.stop();

  const ready = here.startFeederd();
  for (const stream of [here.feederd?.stdout, here.feederd?.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => note('log of feederd', text));
  }
  await ready;
  const end = new AbortController();
  const looking = lookAtChildren(() => here.nodePids(), end.signal);
  const listening = listen(end.signal).catch(() => {});
  await useIt();
  await askAll();
  await askByCommand();
  end.abort();
  children = await looking;
  await listening;
  await waitFor('all work to be gone', async () => (await here.workFiles()).length === 0);
  await noteFiles('files');
}, 600_000);

afterAll(async () => {
  await here.destroy();
  await telltale.close();
  await stopS3();
});

describe('a secret', { timeout: 120_000 }, () => {
  it.each([
    ['answers', CONTROL],
    ['refusals', '"error_code":"BAD_OPTION"'],
    ['events', CONTROL],
    ['commands', CONTROL],
    ['log of feederd', '/redeliver'],
    ['files while it runs', CONTROL],
    ['files while it runs', 'attempt started'],
    ['files', CONTROL],
    ['files', 'attempt started'],
  ])('is not in the %s, where %s is', (place, control) => {
    const texts = heard.get(place) ?? [];
    expect(texts.join('\n')).toContain(control);
    expect([...new Set(texts.flatMap((text) => canaries.in(text)))]).toEqual([]);
  });

  it('is not in notifications, though they come where only those with it get in', () => {
    const all = telltale.notified.join('\n');
    expect(all).toContain('"type":"job.state"');
    expect(all).toContain('"job_state":"CANCELLED"');
    expect(controls.in(all)).toEqual(['control']);
    expect(canaries.in(all)).toEqual([]);
    const shown = canaries.in([...telltale.users].join('\n'));
    for (const name of [
      'source of HTTP to HTTP',
      'notify.url of slow',
      'destination that is refused',
    ]) {
      expect(shown).toContain(`${name}, password`);
    }
  });

  it('is in no argument or variable of what a node starts', () => {
    const commandLines = [...children.commandLines].join('\n');
    expect(commandLines).toMatch(/ffmpeg\0.*libx264/s);
    expect(canaries.in(commandLines)).toEqual([]);
    const environments = [...children.environments].join('\n');
    expect(environments).toContain('PATH=');
    expect(canaries.in(environments)).toEqual([]);
  });
});

describe('whoever looks', () => {
  it.each([
    ['as it is', (text: string) => text],
    ['in other letters', (text: string) => text.toUpperCase()],
    ['percent-encoded', (text: string) => encodeURIComponent(`s3://A:${text}/+@b/k`)],
    ['in base64', (text: string) => btoa(`${text}+/`)],
    ['in base64 behind another byte', (text: string) => btoa(`:${text}`)],
    ['in base64 behind two', (text: string) => btoa(`u:${text}`)],
  ])('finds one %s', (_how, shown) => {
    const some = new Canaries();
    const text = shown(some.make('planted'));
    expect(some.in(`before ${text} after`)).toEqual(['planted']);
    expect(some.in(shown('0123456789abcdef'))).toEqual([]);
  });

  it('finds one in the files of an installation without a key', async () => {
    const open = await Installation.create({ FEEDERD_ALLOW_EC2_LAUNCHES: 'false' });
    onTestFinished(() => open.destroy());
    await open.startFeederd();
    const planted = new Canaries();
    const source_path = `s3://AKIA:${planted.make('planted')}@media/in.mp4`;
    await open.submitJob({ source_path, dest_path: open.uri('out.mp4'), job_options: h264() });
    await noteFiles('files without a key', open);
    const texts = heard.get('files without a key') ?? [];
    expect(texts.flatMap((text) => planted.in(text))).toContain('planted');
  }, 120_000);
});
