import { mkdtemp, open as openFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { apiTokens } from '../../src/conf/api-tokens.ts';
import { NommerError } from '../../src/core/errors.ts';
import { JobUnreadable } from '../../src/core/unreadable-job.ts';
import type { OpenApiDocument } from '../../src/feederd/api/document/open-api.ts';
import type { OpenedOutput } from '../../src/feederd/outputs.ts';
import { makeJob } from '../doubles/make-job.ts';
import { DocumentedAnswers, operationsOf } from './documented-answers.ts';
import { openApi, SUBMISSION, type OpenApi } from './open-api.ts';

const TOKEN = 'all-0123456789abcdef';
const NO_SCOPE = { POST: 'read-0123456789abcdef', GET: 'control-0123456789abcdef' };
const PRESETS = { h264_web: { description: 'As in the examples', options: [{}] } };

let dir: string;
let open: OpenApi;
let anonymous: OpenApi;
let answers: DocumentedAnswers;
let document: OpenApiDocument;
let url: string;
/** What whatever is asked for fails by, where it is asked. */
let fault: Error | undefined;

const orFail = () => (fault === undefined ? Promise.resolve() : Promise.reject(fault));

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'document-'));
  await writeFile(join(dir, 'out.mp4'), '0123456789');
  open = await openApi({
    storeArrive: orFail,
    isReady: orFail,
    outputs: { open: openOutput },
    settings: {
      feederdBodyLimitBytes: 8192,
      rateLimitPerSecond: 100,
      fileRoots: ['/media', '/srv/media'],
      presets: PRESETS,
      apiTokens: apiTokens.schema.parse([
        { token: TOKEN },
        { token: NO_SCOPE.POST, scopes: ['read'] },
        { token: NO_SCOPE.GET, scopes: ['control'] },
      ]),
    },
  });
  anonymous = await openApi({ settings: { rateLimitPerSecond: 0.2, presets: PRESETS } });
  const depth = open.newJobs.depth.bind(open.newJobs);
  vi.spyOn(open.newJobs, 'depth').mockImplementation(async () => (await orFail(), depth()));
  const list = open.nodeStates.list.bind(open.nodeStates);
  vi.spyOn(open.nodeStates, 'list').mockImplementation(async () => (await orFail(), list()));
  url = await open.api.listen({ host: '127.0.0.1', port: 0 });
  document = (await open.api.inject('/openapi.json')).json();
  answers = new DocumentedAnswers(document);
});

afterAll(async () => {
  await open.api.close();
  await anonymous.api.close();
  await rm(dir, { recursive: true });
});

async function openOutput(uri: string): Promise<OpenedOutput> {
  await orFail();
  if (uri.startsWith('s3:')) return { kind: 'url', url: 'https://s3.example/out.mp4' };
  const handle = await openFile(join(dir, 'out.mp4'));
  return { kind: 'file', handle, contentType: 'video/mp4', size: 10, modifiedAt: 0 };
}

type Request = Omit<InjectOptions, 'method' | 'url'> & {
  readonly params?: Readonly<Record<string, string>>;
  readonly search?: string;
};

/** Makes a call by its name in the document, and has the answer looked at. */
async function call(name: string, request: Request = {}, to = open) {
  const { params = {}, search = '', headers, ...rest } = request;
  const [method, path = ''] = name.split(' ');
  const called = path.replaceAll(/\{(\w+)\}/g, (_, key: string) => params[key] ?? 'nobody');
  const answer = await to.api.inject({
    method: method as 'GET',
    url: `${called}${search}`,
    headers: { authorization: `Bearer ${TOKEN}`, ...headers },
    ...rest,
  });
  answers.check(name, answer);
  return answer;
}

/** The same for a stream, which needs a real connection, until it ends. */
async function follow(path: string, name: string): Promise<string> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const response = await fetch(url + path, { headers });
  const body = await response.text();
  answers.check(name, {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body,
  });
  return body;
}

async function submit(): Promise<string> {
  const answer = await call('POST /jobs', { payload: SUBMISSION });
  return answer.json<{ unique_id: string }>().unique_id;
}

/** Ways to go wrong, by what calls answer then. */
const ERRORS: Readonly<Record<string, (name: string) => Promise<unknown>>> = {
  '401 UNAUTHORIZED': (name) => call(name, { headers: { authorization: '' } }),
  '403 FORBIDDEN': (name) => call(name, { headers: { origin: 'http://evil.example' } }),
  '200 FORBIDDEN': (name) =>
    call(name, {
      headers: {
        authorization: `Bearer ${name.includes('status') || name.includes('list') ? NO_SCOPE.GET : NO_SCOPE.POST}`,
      },
    }),
  '429 RATE_LIMITED': tooOften,
  '200 RATE_LIMITED': tooOften,
  '400 BADINPUT': (name) =>
    name.startsWith('GET')
      ? call(name, { params: { id: '%E0', file: '%E0' }, search: '?limit=x&from=x&after=x' })
      : withBody(name, '{', 'application/json'),
  '200 BADINPUT': (name) => withBody(name, '{', 'application/json'),
  '413 TOO_LARGE': (name) => withBody(name, 'x'.repeat(9000), 'application/json'),
  '200 TOO_LARGE': (name) => withBody(name, 'x'.repeat(9000), 'application/json'),
  '415 BADINPUT': (name) => withBody(name, 'x', 'text/plain'),
  '500 INTERNAL': (name) => failing(name, new Error('a fault of our own')),
  '200 INTERNAL': (name) => failing(name, new Error('a fault of our own')),
  '503 UNAVAILABLE': (name) => failing(name, new NommerError('UNAVAILABLE', 'It is away')),
  '200 UNAVAILABLE': (name) => failing(name, new NommerError('UNAVAILABLE', 'It is away')),
  '500 JOB_UNREADABLE': (name) => failing(name, new JobUnreadable('a', 'it is torn')),
  '200 JOB_UNREADABLE': (name) => failing(name, new JobUnreadable('a', 'it is torn')),
  '404 NO_SUCH_CALL': (name) => call(name),
  '404 UNKNOWN_JOB': (name) => call(name, { params: { id: 'nobody' } }),
  '200 UNKNOWN_JOB': (name) => call(name, { payload: { job_id: 'nobody' } }),
  '404 UNKNOWN_NOTIFICATION': async (name) => call(name, { params: { id: await submit() } }),
  '404 UNKNOWN_OUTPUT': async (name) => call(name, { params: { id: await submit() } }),
  '409 ALREADY_FINISHED': async (name) => call(name, { params: { id: await cancelled() } }),
  '200 ALREADY_FINISHED': async (name) => call(name, { payload: { job_id: await cancelled() } }),
  '409 NOT_RETRYABLE': async (name) => call(name, { params: { id: await submit() } }),
};

/** Of what is submitted, and what is wrong with it. */
const WRONG = {
  BADINPUT: { source_path: 7 },
  BAD_URI: { source_path: 'in.mov' },
  UNSUPPORTED_SCHEME: { source_path: 'gopher://a/b' },
  ADDRESS_FORBIDDEN: { source_path: 'http://127.0.0.1/in.mov' },
  SOURCE_FORBIDDEN: { source_path: 'file:///etc/passwd' },
  DEST_FORBIDDEN: { dest_path: 'file:///etc/passwd' },
  UNKNOWN_NOMMER: { job_options: { nommer: 'Nobody' } },
  UNKNOWN_PRESET: { job_options: { options: 'nobody' } },
  BAD_OPTION: { job_options: { options: [{ outfile_options: 7 }] } },
} as const;

function withBody(name: string, payload: string, type: string) {
  return call(name, { payload, headers: { 'content-type': type } });
}

async function failing(name: string, error: Error) {
  const id = await submit();
  fault = error;
  try {
    const isOf2012 = name.startsWith('POST /job/');
    const payload = name.endsWith('/submit') || name === 'POST /jobs' ? SUBMISSION : { job_id: id };
    return await call(name, {
      params: { id, output: '0' },
      ...((isOf2012 || name === 'POST /jobs') && { payload }),
    });
  } finally {
    fault = undefined;
  }
}

async function tooOften(name: string) {
  const from = { remoteAddress: '203.0.113.9', headers: { authorization: '' } };
  await anonymous.api.inject({ url: '/healthz', ...from });
  await anonymous.api.inject({ url: '/healthz', ...from });
  return call(name, from, anonymous);
}

async function cancelled(): Promise<string> {
  const id = await submit();
  await call('POST /jobs/{id}/cancel', { params: { id } });
  return id;
}

describe('the document', () => {
  it('has requests that do what they say', async () => {
    for (const [name, , { requestBody }] of operationsOf(document)) {
      for (const { value } of Object.values(
        requestBody?.content['application/json']?.examples ?? {},
      )) {
        const id = await submit();
        const isOfJob = typeof value === 'object' && value !== null && 'job_id' in value;
        const payload = isOfJob ? { ...value, job_id: id } : (value as object);
        const answer = await call(name, { payload });
        expect(`${name} ${answer.statusCode}`).toMatch(/ 20\d$/);
        expect(answer.body).not.toContain('"success":false');
      }
    }
  });

  it('tells every answer of calls that do what they are asked for', async () => {
    const id = await submit();
    await open.nodeStates.report({
      nodeId: 'node-1',
      condition: 'ACTIVE',
      slots: 4,
      fromFleet: true,
      activeJobs: [{ uniqueId: id, attempt: 1 }],
      startedAt: 0,
      reportedAt: 1000,
      versions: { ffmpeg: '5.1' },
    });
    const notified = await call('POST /jobs', {
      payload: { ...SUBMISSION, notify_url: 'https://example.org/' },
    });
    const params = { id: notified.json<{ unique_id: string }>().unique_id, notification: '1' };
    for (const step of ['claim', 'encode', { percent: 40, log: 'frame=1' }] as const) {
      await open.work(id, step);
    }
    await call('GET /jobs', { search: '?limit=1&state=ENCODING&q=in' });
    await call('GET /jobs/{id}', { params: { id } });
    await call('GET /jobs/{id}/log', { params: { id } });
    await call('POST /jobs/{id}/cancel', { params });
    await call('POST /jobs/{id}/notifications/{notification}/redeliver', { params });
    const ended = await call('GET /jobs/{id}', { params });
    const version = String(ended.json<{ version: number }>().version);
    await follow(`/jobs/${params.id}/events`, 'GET /jobs/{id}/events');
    await call('GET /jobs/{id}/events', { params, headers: { 'last-event-id': version } });
    await call('POST /jobs/{id}/retry', { params });
    for (const path of ['/nodes', '/presets', '/stats', '/stats/history', '/metrics', '/session']) {
      await call(`GET ${path}`);
    }
    for (const path of ['/healthz', '/readyz', '/openapi.json']) await call(`GET ${path}`);
    await call('POST /session');
    await call('DELETE /session');
    await callForOutputs();
    const streaming = follow('/events', 'GET /events');
    await vi.waitFor(() => expect(open.events.followers).toBe(1));
    await open.work(id, { percent: 60 });
    await open.work(id, 'upload');
    await open.work(id, 'finish');
    open.events.close();
    expect(await streaming).toContain('event: progress');
    expect(unseen().filter((each) => / \d+$/.test(each))).toEqual([]);
  });

  it('tells every error', async () => {
    for (const name of new Set(
      [...answers.all].map((each) => each.split(' ').slice(0, 2).join(' ')),
    )) {
      const own = [...answers.all].filter((each) => each.startsWith(`${name} `));
      for (const each of own) {
        const error = each.slice(name.length + 1);
        await ERRORS[error]?.(name);
      }
    }
    for (const wrong of Object.values(WRONG)) {
      await call('POST /jobs', { payload: { ...SUBMISSION, ...wrong } });
      await call('POST /job/submit', { payload: { ...SUBMISSION, ...wrong } });
    }
    for (const name of ['POST /jobs', 'POST /job/submit']) {
      const headers = { 'idempotency-key': name };
      await call(name, { payload: SUBMISSION, headers });
      await call(name, { payload: { ...SUBMISSION, metadata: { a: 1 } }, headers });
    }
    expect(unseen()).toEqual([]);
  });
});

async function callForOutputs(): Promise<void> {
  const name = 'GET /jobs/{id}/outputs/{output}';
  const facts = { size: 10, format: null, duration: null, bitRate: null, video: null, audio: null };
  const outputs = ['file:///media/out.mp4', 's3://videos/out.mp4'].map((uri) => ({
    ...facts,
    uri,
  }));
  await open.backend.store.create(
    makeJob({ uniqueId: 'ended', jobState: 'FINISHED', result: { source: facts, outputs } }),
  );
  await call('GET /jobs/{id}', { params: { id: 'ended' } });
  for (const range of [undefined, 'bytes=2-3', 'bytes=20-']) {
    const headers = range === undefined ? {} : { range };
    await call(name, { params: { id: 'ended', output: '0' }, headers });
  }
  await call(name, { params: { id: 'ended', output: '1' } });
}

/** Of all that may be answered, what has not been. What is there of the page depends on whether it is built. */
function unseen(): string[] {
  const isPage = /^GET \/(?:assets\/\{file\})? \d+$/;
  return [...answers.all].filter((each) => !answers.seen.has(each) && !isPage.test(each));
}
