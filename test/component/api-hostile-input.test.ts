import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openApi, SUBMISSION, type OpenApi } from './open-api.ts';

let open: OpenApi;

beforeAll(async () => {
  open = await openApi();
});

afterAll(() => open.api.close());

const fields = [...Object.keys(SUBMISSION), 'notify_url', 'metadata', 'idempotency_key', 'job_id'];
const traps = ['__proto__', 'constructor', 'prototype', 'toString', 'limit', 'state', 'cursor'];
const odd = fc.oneof(
  fc.constantFrom(...traps, 's3://', 's3://a:b@', 'file:///%00', 'http://[', '\ud800', '', '-1'),
  fc.string({ unit: 'binary' }),
  fc.webUrl(),
);
const someJson = fc.oneof(fc.jsonValue({ maxDepth: 4 }), odd);
/** A good request with some of it replaced, so that every check gets its turn. */
const request = fc
  .dictionary(fc.oneof(fc.constantFrom(...fields, ...traps), fc.string()), someJson, { maxKeys: 4 })
  .map((changes) => ({ ...SUBMISSION, ...changes }));
const nested = fc
  .dictionary(fc.constantFrom('nommer', 'options', ...traps), someJson)
  .map((job_options) => ({ ...SUBMISSION, job_options }));
const pass = fc
  .record({ infile_options: someJson, outfile_options: someJson, move_atom_to_front: someJson })
  .map((options) => ({ ...SUBMISSION, job_options: { options: [options] } }));
const preset = fc
  .dictionary(fc.constantFrom('preset', 'outfile_options', 'infile_options'), someJson)
  .map((options) => ({ ...SUBMISSION, job_options: { options: { preset: 'web', ...options } } }));
const body = fc.oneof(
  fc
    .oneof(request, nested, pass, preset, someJson, fc.array(request, { maxLength: 3 }))
    .map((value) => JSON.stringify(value)),
  fc.string({ unit: 'binary' }),
);
const path = fc.oneof(
  fc.constantFrom('/jobs', '/job/submit/', '/job/status', '/job/list/', '/job/cancel', '/events/'),
  fc
    .tuple(odd, fc.constantFrom('', '/cancel', '/retry', '/log'))
    .map(([id, part]) => `/jobs/${encodeURIComponent(id.toWellFormed())}${part}`),
);
const query = fc.oneof(
  fc.constant(''),
  fc
    .dictionary(fc.constantFrom(...traps), odd)
    .map((given) => `?${new URLSearchParams(Object.entries(given)).toString()}`),
);

describe('no input', () => {
  it('makes a fault of our own, whatever is posted wherever', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(path, query, body, async (where, how, payload) => {
        const headers = { 'content-type': 'application/json' };
        const url = `${where}${how}`;
        const answer = await open.api.inject({ method: 'POST', url, payload, headers });
        expect([url, payload, answer.body].join('\n')).not.toContain('INTERNAL');
        expect(answer.statusCode).toBeLessThan(500);
      }),
      { numRuns: 2000 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('makes a fault of our own, whatever is asked for', async () => {
    await fc.assert(
      fc.asyncProperty(path, query, async (where, how) => {
        fc.pre(!where.startsWith('/events'));
        const answer = await open.api.inject({ method: 'GET', url: `${where}${how}` });
        expect(answer.statusCode).toBeLessThan(500);
      }),
      { numRuns: 500 },
    );
  });

  it.each(['://', 's3://a:', 's3://a:b@', 'https://a@', '?sig', '%41', 'a.', '@'])(
    'of a megabyte of %s keeps the API from answering',
    async (piece) => {
      // The time of a test is far too short for an answer that looks at it all from every piece.
      const { api } = await openApi({ settings: { feederdBodyLimitBytes: 2 ** 22 } });
      onTestFinished(() => api.close());
      const much = piece.repeat(2 ** 20 / piece.length);
      const pairs = [{ outfile_options: [[much, much]] }];
      const changes = [...fields, much].map((field) => ({ [field]: much }));
      const jobOptions = [{ [much]: 1 }, { nommer: much }, { options: much }, { options: pairs }];
      for (const change of [...changes, ...jobOptions.map((each) => ({ job_options: each }))]) {
        const payload = { ...SUBMISSION, ...change };
        const answer = await api.inject({ method: 'POST', url: '/jobs', payload });
        expect([400, 422]).toContain(answer.statusCode);
        expect(answer.body.length).toBeLessThan(1000);
      }
    },
  );

  it.each([
    ['deep lists', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
    [
      'deep options',
      JSON.stringify(SUBMISSION).replace(
        '[["vcodec"',
        `${'['.repeat(9000)}1${']'.repeat(9000)},[["vcodec"`,
      ),
    ],
    ['a prototype', '{"__proto__": {"source_path": "file:///etc/passwd"}}'],
    ['a prototype inside', '{"job_options": {"options": [{"__proto__": {"polluted": 1}}]}}'],
  ])('of %s is taken for a job', async (_what, payload) => {
    for (const url of ['/jobs', '/job/submit/']) {
      const answer = await open.api.inject({
        method: 'POST',
        url,
        payload,
        headers: { 'content-type': 'application/json' },
      });
      expect(answer.json()).toMatchObject({ error_code: 'BADINPUT' });
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
