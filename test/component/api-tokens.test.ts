import { afterEach, describe, expect, it } from 'vitest';
import { apiTokens } from '../../src/conf/api-tokens.ts';
import { openApi, SUBMISSION, type OpenApi, type OpenApiOptions } from './open-api.ts';

const TOKENS = {
  submit: 'submit-token-0123456789',
  read: 'read-token-0123456789',
  control: 'control-token-0123456789',
} as const;
const SCOPES = ['submit', 'read', 'control'] as const;
type Scope = keyof typeof TOKENS;

let open: OpenApi;

afterEach(() => open.api.close());

async function openWith(settings: OpenApiOptions['settings'] = {}): Promise<OpenApi> {
  const given = SCOPES.map((scope) => ({ name: scope, token: TOKENS[scope], scopes: [scope] }));
  open = await openApi({ settings: { apiTokens: apiTokens.schema.parse(given), ...settings } });
  return open;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Every call there is, and who may make it; null: everybody, without a token. */
const CALLS: readonly (readonly [string, string, readonly Scope[] | null])[] = [
  ['POST', '/job/submit/', ['submit']],
  ['POST', '/job/status/', ['read']],
  ['POST', '/job/list', ['read']],
  ['POST', '/job/cancel', ['control']],
  ['POST', '/jobs', ['submit']],
  ['GET', '/jobs', ['read']],
  ['HEAD', '/jobs', ['read']],
  ['GET', '/jobs/a', ['read']],
  ['GET', '/jobs/a/events', ['read']],
  ['GET', '/jobs/a/log', ['read']],
  ['POST', '/jobs/a/cancel', ['control']],
  ['POST', '/jobs/a/retry', ['control']],
  ['POST', '/jobs/a/notifications/b/redeliver', ['control']],
  ['GET', '/nodes', ['read']],
  ['GET', '/stats', ['read']],
  ['GET', '/metrics', ['read']],
  ['GET', '/presets', ['submit', 'read']],
  ['GET', '/healthz', null],
  ['GET', '/readyz', null],
  // Whoever has a token may hear that there is nothing.
  ['GET', '/nothing', SCOPES],
  ['DELETE', '/jobs', SCOPES],
  ['GET', '/job/submit', SCOPES],
];

describe.each(CALLS)('%s %s', (method, url, scopes) => {
  it(`takes tokens with ${scopes?.join(' or ') ?? 'any scope, and none'}`, async () => {
    const { api } = await openWith();
    const isOld = url.startsWith('/job/') && method === 'POST';
    const call = async (headers: Record<string, string>) => {
      const answer = await api.inject({ method: method as 'GET', url, headers });
      const isJson = /json/.test(answer.headers['content-type']?.toString() ?? '');
      const body: { error_code?: string } = isJson && answer.body !== '' ? answer.json() : {};
      return {
        status: answer.statusCode,
        code: body.error_code,
        challenge: answer.headers['www-authenticate'],
      };
    };
    const none = await call({});
    if (scopes === null) return expect(none.status).toBe(200);
    expect(none).toEqual({
      status: 401,
      code: method === 'HEAD' ? undefined : 'UNAUTHORIZED',
      challenge: `Bearer realm="media-nommer"${isOld ? ', Basic realm="media-nommer"' : ''}`,
    });
    expect((await call(bearer('guessed-token-0123456789'))).status).toBe(401);
    for (const scope of SCOPES) {
      const { status, code } = await call(bearer(TOKENS[scope]));
      expect(status).not.toBe(401);
      if (scopes.includes(scope)) expect([status, code]).not.toContain(403);
      else if (isOld) expect([status, code]).toEqual([200, 'FORBIDDEN']);
      else expect(status).toBe(403);
      expect(code === 'FORBIDDEN').toBe(!scopes.includes(scope) && method !== 'HEAD');
    }
  });
});

describe('an answer', () => {
  it('names the scope that lacks, in both families', async () => {
    const { api } = await openWith();
    const headers = bearer(TOKENS.read);
    const detail = 'The token lacks the scope "submit"; it has "read"';
    const today = await api.inject({ method: 'POST', url: '/jobs', headers, payload: SUBMISSION });
    expect(today.json()).toMatchObject({ status: 403, error_code: 'FORBIDDEN', detail });
    const old = await api.inject({ method: 'POST', url: '/job/submit/', headers });
    expect(old.json()).toEqual({ success: false, error_code: 'FORBIDDEN', message: detail });
    expect((await open.backend.store.recent({ limit: 9 })).jobs).toEqual([]);
  });

  it('to a client of 2012 without a token is a 401 with its reason', async () => {
    const { api } = await openWith();
    const answer = await api.inject({ method: 'POST', url: '/job/submit/', payload: SUBMISSION });
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toEqual({
      success: false,
      error_code: 'UNAUTHORIZED',
      message: expect.stringContaining('needs a token'),
    });
  });

  it.each([
    [`:${TOKENS.submit}`, 202],
    [`me:${TOKENS.submit}`, 202],
    [`${TOKENS.submit}:`, 202],
    [`:${TOKENS.submit}x`, 401],
    [`${TOKENS.submit}:x`, 401],
  ])('to Basic %s is %i', async (userinfo, status) => {
    const { api } = await openWith();
    const authorization = `Basic ${Buffer.from(userinfo).toString('base64')}`;
    const headers = { authorization };
    const answer = await api.inject({ method: 'POST', url: '/jobs', headers, payload: SUBMISSION });
    expect(answer.statusCode).toBe(status);
  });

  it('to a token in the URL is that there is none', async () => {
    const { api } = await openWith();
    for (const name of ['token', 'access_token', 'api_key']) {
      const answer = await api.inject(`/jobs?${name}=${TOKENS.read}`);
      expect(answer.statusCode).toBe(401);
      expect(answer.body).not.toContain(TOKENS.read);
    }
  });

  it('and the log never hold a token, right or wrong', async () => {
    const { api, logged } = await openWith();
    const wrong = 'guessed-token-0123456789';
    const bodies: string[] = [];
    for (const token of [TOKENS.read, wrong]) {
      const encoded = Buffer.from(`:${token}`).toString('base64');
      for (const authorization of [`Bearer ${token}`, `Basic ${encoded}`, `Token ${token}`]) {
        for (const [method, url] of CALLS.filter(([, path]) => !path.endsWith('events'))) {
          const headers = { authorization, host: `:${token}@encoder.example` };
          const answer = await api.inject({ method: method as 'GET', url, headers });
          bodies.push(answer.body, JSON.stringify(answer.headers));
        }
      }
    }
    const all = [...bodies, ...logged].join('\n');
    expect(all).toContain('refused a wrong token');
    for (const token of [TOKENS.read, wrong]) {
      for (const trace of [token, Buffer.from(`:${token}`).toString('base64')]) {
        expect(all).not.toContain(trace);
      }
    }
  });
});

describe('too many requests', () => {
  it.each([
    ['/jobs', 429],
    ['/job/list/', 200],
  ])('to %s are told to wait', async (url, status) => {
    const { api } = await openWith({ rateLimitPerSecond: 1 });
    const method = url === '/jobs' ? 'GET' : 'POST';
    const headers = bearer(TOKENS.read);
    const send = () => api.inject({ method, url, headers });
    for (let n = 0; n < 10; n += 1) expect((await send()).json()).toHaveProperty('jobs');
    const answer = await send();
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([status, '1']);
    expect(answer.json()).toMatchObject({ error_code: 'RATE_LIMITED' });
    expect((await api.inject({ url: '/stats', headers: bearer(TOKENS.control) })).statusCode).toBe(
      403,
    );
  });

  it('with wrong tokens are refused unread, from the address that a trusted proxy names', async () => {
    const { api } = await openWith({ trustedProxies: ['127.0.0.1', '10.0.0.0/8'] });
    const from = (client: string, token: string, remoteAddress = '127.0.0.1') =>
      api
        .inject({
          url: '/jobs',
          remoteAddress,
          headers: { ...bearer(token), 'x-forwarded-for': `1.1.1.1, ${client}` },
        })
        .then(({ statusCode }) => statusCode);
    for (let n = 0; n < 20; n += 1) expect(await from('192.0.2.1', `wrong-${n}`)).toBe(401);
    expect(await from('192.0.2.1', TOKENS.read)).toBe(429);
    expect(await from('192.0.2.1', TOKENS.read, '10.2.3.4')).toBe(429);
    expect(await from('192.0.2.2', TOKENS.read)).toBe(200);
    // Whoever is no proxy cannot say that it is somebody else.
    for (let n = 0; n < 20; n += 1) {
      expect(await from(`192.0.2.${n}`, `wrong-${n}`, '198.51.100.1')).toBe(401);
    }
    expect(await from('192.0.2.99', TOKENS.read, '198.51.100.1')).toBe(429);
  });
});
