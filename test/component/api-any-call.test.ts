import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/core/errors.ts';
import { STATUS_OF } from '../../src/feederd/api/status-of.ts';
import { openApi, PASSES, SUBMISSION, type OpenApi } from './open-api.ts';

let open: OpenApi;

beforeAll(async () => {
  open = await openApi();
});

afterAll(() => open.api.close());

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const NOTIFY = { url: 'https://example.org/', method: 'POST', events: ['state'], secret: SECRET };
const traps = ['__proto__', 'constructor', 'toString', '..', '%00', '%ff', '%', "';--", '\ud800'];
const odd = fc.oneof(
  fc.constantFrom(
    ...traps,
    '',
    ' ',
    '-1',
    '0',
    'null',
    's3://',
    's3://a:b@',
    'http://[',
    'PENDING',
  ),
  fc.string({ unit: 'grapheme' }),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
);
const someJson = fc.oneof(fc.jsonValue({ maxDepth: 3 }), odd);
const segment = odd.map((text) => encodeURIComponent(text.toWellFormed()));
const rawSegment = fc.oneof(segment, fc.constantFrom('%', '%ff', '%00', '..%2f', 'a?b', '#', ';'));

const path = fc.oneof(
  fc.constantFrom('/jobs', '/job/submit/', '/job/status/', '/job/list', '/job/cancel/', '/'),
  fc.constantFrom(
    '/nodes',
    '/stats',
    '/metrics',
    '/presets',
    '/healthz',
    '/readyz',
    '/openapi.json',
  ),
  fc
    .tuple(rawSegment, fc.constantFrom('', '/cancel', '/retry', '/log', '/events', '/redeliver'))
    .map(([id, call]) => `/jobs/${id}${call}`),
  fc
    .tuple(rawSegment, rawSegment)
    .map(([id, notification]) => `/jobs/${id}/notifications/${notification}/redeliver`),
);
const query = fc.oneof(
  fc.constant(''),
  fc
    .array(fc.tuple(fc.constantFrom('state', 'limit', 'cursor', 'x', '__proto__'), rawSegment))
    .map((pairs) => `?${pairs.map((pair) => pair.join('=')).join('&')}`),
);
const headers = fc.dictionary(
  fc.constantFrom('idempotency-key', 'last-event-id', 'content-type', 'accept', 'authorization'),
  fc.oneof(
    fc.string({ unit: 'binary-ascii' }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, '')),
    fc.constantFrom('application/json', 'application/json; charset=x', 'text/html', 'Bearer x'),
  ),
);
/** Where in a request something else is put, as the error has to call it. */
const PLACES = [
  ...Object.keys(SUBMISSION),
  ...['notify', 'notify_url', 'metadata', 'idempotency_key'],
  ...Object.keys(NOTIFY).map((field) => `notify.${field}`),
  ...['job_options.nommer', 'job_options.options'],
  ...['outfile_options', 'infile_options'].map((field) => `job_options.options.0.${field}`),
] as const;

const changed = fc.tuple(fc.constantFrom(...PLACES), someJson).map(([place, value]) => {
  const options = [...PASSES.map((pass) => ({ ...pass }))];
  const body = { ...SUBMISSION, job_options: { options }, notify: { ...NOTIFY } };
  const steps = place.split('.');
  const last = steps.pop() ?? '';
  let inner: unknown = body;
  for (const step of steps) inner = (inner as Record<string, unknown>)[step];
  (inner as Record<string, unknown>)[last] = value;
  if (place === 'notify_url') Reflect.deleteProperty(body, 'notify');
  return { place, body };
});
const body = fc.oneof(
  changed.map((each) => each.body),
  fc.array(
    fc.oneof(
      changed.map((each) => each.body),
      someJson,
    ),
    { maxLength: 4 },
  ),
  fc.record({ job_id: someJson }),
  fc.record({ state: someJson, limit: someJson, cursor: someJson }, { requiredKeys: [] }),
  someJson,
);

interface Problem {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly error_code: keyof typeof STATUS_OF;
}

function checkProblem(problem: Problem, status: number): void {
  const { title, detail, error_code } = problem;
  expect(Object.keys(ERROR_CODES)).toContain(error_code);
  expect(problem.status).toBe(status);
  expect(title).not.toBe('');
  expect(detail.length).toBeGreaterThan(10);
  expect(detail.length).toBeLessThan(1000);
  // 405 and 415 are HTTP's own.
  if (status !== 405 && status !== 415) expect(STATUS_OF[error_code]).toBe(status);
}

describe('every call', { timeout: 60_000 }, () => {
  it('is answered, and errors are of a known form and code', async () => {
    const method = fc.constantFrom('GET', 'POST', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS');
    const told = new Set<string>();
    await fc.assert(
      fc.asyncProperty(method, path, query, headers, body, async (...given) => {
        const [verb, where, how, sent, payload] = given;
        const answer = await open.api.inject({
          method: verb,
          url: `${where}${how}`,
          headers: { 'content-type': 'application/json', ...sent },
          ...(verb !== 'GET' && verb !== 'HEAD' && { payload: JSON.stringify(payload) }),
        });
        const { statusCode: status } = answer;
        expect(status).toBeLessThan(500);
        if (status >= 400 && verb !== 'HEAD') {
          expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
          const problem = answer.json<Problem>();
          checkProblem(problem, status);
          told.add(problem.error_code);
        } else if (status === 207) {
          for (const each of answer.json<{ jobs: { status: number; problem?: Problem }[] }>()
            .jobs) {
            expect(each.status).toBeLessThan(500);
            if (each.problem !== undefined) checkProblem(each.problem, each.status);
          }
        } else if (answer.body.startsWith('{"success":false')) {
          const { error_code: code } = answer.json<{ error_code: string }>();
          expect(Object.keys(ERROR_CODES)).toContain(code);
          expect(code).not.toBe('INTERNAL');
        }
      }),
      { numRuns: 500 },
    );
    expect([...told].toSorted()).toEqual(
      expect.arrayContaining(['BADINPUT', 'NO_SUCH_CALL', 'UNKNOWN_JOB']),
    );
  });

  it('that is refused says which field is wrong', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(changed, async ({ place, body: payload }) => {
        const answer = await open.api.inject({ method: 'POST', url: '/jobs', payload });
        if (answer.statusCode === 202) return;
        refused += 1;
        const { detail } = answer.json<Problem>();
        checkProblem(answer.json(), answer.statusCode);
        if (detail.startsWith('The body has a field called "__proto__"')) return;
        const [outer = ''] = place.split('.0.');
        expect(detail).toContain(outer);
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(50);
  });

  it('that is good works after all of that', async () => {
    const answer = await open.api.inject({ method: 'POST', url: '/jobs', payload: SUBMISSION });
    expect(answer.statusCode).toBe(202);
    const { unique_id: id } = answer.json<{ unique_id: string }>();
    await open.work(id, 'claim');
    await open.work(id, 'encode');
    await open.work(id, 'upload');
    await open.work(id, 'finish');
    expect((await open.api.inject(`/jobs/${id}`)).json()).toMatchObject({ job_state: 'FINISHED' });
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
