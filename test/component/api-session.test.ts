import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apiTokens } from '../../src/conf/api-tokens.ts';
import type { WireSession } from '../../src/core/api-wire.ts';
import { openApi, SUBMISSION, type OpenApi } from './open-api.ts';

const TOKENS = { ops: 'ops-token;with="odd",%3B', shop: 'shop-token-0123456789' } as const;
const HOST = 'encoder.example';
const OWN = { host: HOST, origin: `http://${HOST}` };

let open: OpenApi;

async function openWith(trustedProxies: string[] = []): Promise<void> {
  open = await openApi({
    settings: {
      trustedProxies,
      apiTokens: apiTokens.schema.parse([
        { name: 'ops', token: TOKENS.ops },
        { name: 'shop', token: TOKENS.shop, scopes: ['submit', 'read'], onlyOwn: true },
      ]),
    },
  });
}

beforeEach(() => openWith());
afterEach(() => open.api.close());

type Headers = Record<string, string>;

const signIn = (token: string, headers: Headers = OWN) =>
  open.api.inject({
    method: 'POST',
    url: '/session',
    headers: { ...headers, authorization: `Bearer ${token}` },
  });

/** As the browser sends it back. */
async function cookieOf(token: string, headers: Headers = OWN): Promise<string> {
  const set = (await signIn(token, headers)).headers['set-cookie'];
  return String(set).split(';', 1)[0] ?? '';
}

const get = (url: string, headers: Headers) => open.api.inject({ url, headers });
const submit = (headers: Headers) =>
  open.api.inject({ method: 'POST', url: '/jobs', payload: SUBMISSION, headers });

describe('signing in', () => {
  it('puts the token where no script and no other site gets at it', async () => {
    const answer = await signIn(TOKENS.ops);
    expect(answer.json<WireSession>()).toEqual({
      name: 'ops',
      scopes: ['submit', 'read', 'control'],
      only_own: false,
    });
    const cookie = String(answer.headers['set-cookie']);
    expect(cookie).toBe(
      'media-nommer=ops-token%3Bwith%3D%22odd%22%2C%253B; Path=/; HttpOnly; SameSite=Strict',
    );
    expect(answer.body).not.toContain('ops-token');
  });

  it('is by https a cookie of this very host, if a trusted proxy says so and only then', async () => {
    const https = { ...OWN, origin: `https://${HOST}`, 'x-forwarded-proto': 'https' };
    expect(String((await signIn(TOKENS.ops, https)).headers['set-cookie'])).not.toMatch(/Secure/);
    await open.api.close();
    await openWith(['127.0.0.1']);
    const cookie = String((await signIn(TOKENS.ops, https)).headers['set-cookie']);
    expect(cookie).toMatch(/^__Host-media-nommer=.*; Secure$/);
    const sent = {
      host: HOST,
      'x-forwarded-proto': 'https',
      cookie: cookie.split(';', 1)[0] ?? '',
    };
    expect((await get('/jobs', sent)).statusCode).toBe(200);
    // What a neighbour by http has set counts for nothing there.
    const planted = { ...sent, cookie: `media-nommer=${TOKENS.shop}` };
    expect((await get('/jobs', planted)).statusCode).toBe(401);
  });

  it('takes no wrong token, and not many of them', async () => {
    const wrong = await signIn('wrong-token-0123456789');
    expect(wrong.statusCode).toBe(401);
    expect(wrong.headers['set-cookie']).toBeUndefined();
    let last = 401;
    for (let tries = 0; tries < 25; tries += 1) {
      last = (await signIn(`wrong-token-${tries}-0123456`)).statusCode;
    }
    expect(last).toBe(429);
  });

  it('is over when one signs out', async () => {
    const cookie = await cookieOf(TOKENS.shop);
    const out = await open.api.inject({
      method: 'DELETE',
      url: '/session',
      headers: { ...OWN, cookie },
    });
    expect(out.statusCode).toBe(204);
    expect(String(out.headers['set-cookie'])).toMatch(/^media-nommer=; Max-Age=0; /);
  });

  it('is not needed where there are no tokens', async () => {
    await open.api.close();
    open = await openApi();
    const local = { host: '127.0.0.1' };
    const session = { name: null, scopes: ['submit', 'read', 'control'], only_own: false };
    expect((await get('/session', local)).json()).toEqual(session);
    const posted = await open.api.inject({ method: 'POST', url: '/session', headers: local });
    expect(posted.json()).toEqual(session);
    expect(posted.headers['set-cookie']).toBeUndefined();
  });
});

describe('the cookie', () => {
  it('stands for the token that it holds, with its scopes and bounds', async () => {
    const cookie = `theme=dark; ${await cookieOf(TOKENS.shop)}; other=1`;
    expect((await get('/session', { host: HOST, cookie })).json()).toMatchObject({ name: 'shop' });
    expect((await submit({ ...OWN, cookie })).statusCode).toBe(202);
    await submit({ ...OWN, authorization: `Bearer ${TOKENS.ops}` });
    const { jobs } = (await get('/jobs', { host: HOST, cookie })).json<{
      jobs: { unique_id: string }[];
    }>();
    expect(jobs).toHaveLength(1);
    const cancel = await open.api.inject({
      method: 'POST',
      url: `/jobs/${jobs[0]?.unique_id}/cancel`,
      headers: { ...OWN, cookie },
    });
    expect(cancel.json()).toMatchObject({ error_code: 'FORBIDDEN' });
  });

  it('gives way to what a request shows by itself', async () => {
    const cookie = await cookieOf(TOKENS.shop);
    const both = { host: HOST, cookie, authorization: `Bearer ${TOKENS.ops}` };
    expect((await get('/session', both)).json()).toMatchObject({ name: 'ops' });
    const wrong = { host: HOST, cookie, authorization: 'Bearer wrong-token-0123456789' };
    expect((await get('/session', wrong)).statusCode).toBe(401);
  });

  it.each([
    'media-nommer=',
    'media-nommer=%',
    'media-nommer=%00',
    'media-nommer',
    '=; ;;',
    `media-nommer=${'x'.repeat(2000)}`,
    `Media-Nommer=${TOKENS.shop}`,
  ])('%s lets nobody in', async (cookie) => {
    expect((await get('/jobs', { host: HOST, cookie })).statusCode).toBe(401);
  });
});

describe('a page of somebody else', () => {
  it.each([
    ['of another site', { host: HOST, origin: 'https://evil.example' }, 403],
    ['of another port', { host: HOST, origin: `http://${HOST}:3000` }, 403],
    ['without a name', { host: HOST, origin: 'null' }, 403],
    ['that hides where it comes from', { host: HOST }, 403],
    ['that the browser calls cross-site', { ...OWN, 'sec-fetch-site': 'cross-site' }, 401],
    ['that the browser calls same-site', { ...OWN, 'sec-fetch-site': 'same-site' }, 401],
    ['that is ours', { ...OWN, 'sec-fetch-site': 'same-origin' }, 202],
  ])('%s cannot submit by the cookie', async (_, headers, status) => {
    const cookie = await cookieOf(TOKENS.ops);
    expect((await submit({ ...headers, cookie })).statusCode).toBe(status);
    const { jobs } = await open.backend.store.recent({ limit: 9 });
    expect(jobs).toHaveLength(status === 202 ? 1 : 0);
  });

  it.each(['cross-site', 'same-site'])('reads nothing by it, %s', async (site) => {
    const cookie = await cookieOf(TOKENS.ops);
    const headers = { host: HOST, cookie, 'sec-fetch-site': site };
    for (const url of ['/jobs', '/events', '/stats', '/jobs/x/outputs/0']) {
      expect((await get(url, headers)).statusCode).toBe(401);
    }
  });

  it('cannot sign anybody in or out', async () => {
    const foreign = { host: HOST, origin: 'https://evil.example' };
    expect((await signIn(TOKENS.ops, foreign)).statusCode).toBe(403);
    const cookie = await cookieOf(TOKENS.ops);
    const out = { method: 'DELETE', url: '/session' } as const;
    const answers = [
      await open.api.inject({ ...out, headers: { ...foreign, cookie } }),
      await open.api.inject({ ...out, headers: { host: HOST, cookie } }),
    ];
    for (const { statusCode, headers } of answers) {
      expect(statusCode).toBe(403);
      expect(headers['set-cookie']).toBeUndefined();
    }
  });
});
