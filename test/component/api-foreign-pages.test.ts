import { afterEach, describe, expect, it } from 'vitest';
import { apiTokens } from '../../src/conf/api-tokens.ts';
import { openApi, SUBMISSION, type OpenApi } from './open-api.ts';

let open: OpenApi;

afterEach(() => open.api.close());

const TOKEN = 'a-token-of-16-or-more';

async function submitWith(
  headers: Record<string, string>,
  feederdHost = '127.0.0.1',
  tokens: readonly string[] = [],
) {
  open = await openApi({
    settings: { feederdHost, apiTokens: apiTokens.schema.parse([...tokens]) },
  });
  const [today, old] = await Promise.all(
    ['/jobs', '/job/submit/'].map((url) =>
      open.api.inject({ method: 'POST', url, payload: SUBMISSION, headers }),
    ),
  );
  const { jobs } = await open.backend.store.recent({ limit: 9 });
  return { today: today?.statusCode, old: old?.statusCode, made: jobs.length };
}

describe('without tokens', () => {
  it.each([
    { host: '127.0.0.1:8001' },
    { host: 'localhost:8001' },
    { host: '[::1]:8001' },
    { host: 'nommer.localhost' },
    { host: '127.0.0.1:8001', origin: 'http://127.0.0.1:8001' },
    { host: 'localhost', origin: 'http://localhost:80' },
  ])('takes a job from $host $origin', async (headers) => {
    expect(await submitWith(headers)).toEqual({ today: 202, old: 200, made: 2 });
  });

  it.each([
    { host: '127.0.0.1:8001', origin: 'https://evil.example' },
    { host: '127.0.0.1:8001', origin: 'null' },
    { host: '127.0.0.1:8001', origin: 'http://127.0.0.1:3000' },
    { host: '127.0.0.1:8001', origin: 'http://localhost:8001' },
    { host: 'rebound.evil.example:8001' },
    { host: 'rebound.evil.example:8001', origin: 'http://rebound.evil.example:8001' },
    { host: '127.0.0.1.evil.example' },
    { host: 'localhost.evil.example' },
    { host: '192.168.1.20:8001' },
    { host: 'a b' },
  ])('refuses a page that makes the browser send $host $origin', async (headers) => {
    expect(await submitWith(headers)).toEqual({ today: 403, old: 403, made: 0 });
  });

  it('takes a job under the name that it is set to listen on', async () => {
    const host = 'encoder.lan';
    expect(await submitWith({ host: 'encoder.lan:8001' }, host)).toMatchObject({ made: 2 });
  });

  it.each(['0.0.0.0', '::'])(
    'knows no names of its own on %s, but still its pages',
    async (all) => {
      expect(await submitWith({ host: 'encoder.lan:8001' }, all)).toMatchObject({ made: 2 });
      const foreign = { host: 'encoder.lan:8001', origin: 'https://evil.example' };
      await open.api.close();
      expect(await submitWith(foreign, all)).toMatchObject({ made: 0 });
    },
  );
});

describe('with tokens', () => {
  const submit = (headers: Record<string, string>) => submitWith(headers, '127.0.0.1', [TOKEN]);
  /** As a browser sends it by itself, once somebody has typed it. */
  const typed = { authorization: `Basic ${btoa(`:${TOKEN}`)}` };
  const named = { authorization: `Bearer ${TOKEN}` };

  it('has whatever name a proxy gives it', async () => {
    const host = 'encoder.example';
    const page = { host, origin: 'https://encoder.example' };
    expect(await submit({ ...named, host })).toEqual({ today: 202, old: 200, made: 2 });
    await open.api.close();
    expect(await submit({ ...named, ...page })).toEqual({ today: 202, old: 200, made: 2 });
  });

  it.each([
    { host: '127.0.0.1:8001', origin: 'https://evil.example' },
    { host: 'encoder.example', origin: 'https://evil.example' },
    { host: '127.0.0.1:8001', origin: 'null' },
    { host: '127.0.0.1:8001', origin: 'http://127.0.0.1:3000' },
  ])(
    'refuses a page that makes the browser send a typed token to $host from $origin',
    async (page) => {
      expect(await submit({ ...typed, ...page })).toEqual({ today: 403, old: 403, made: 0 });
    },
  );

  it('gives a page that has its name rebound nothing, as the browser has no token for it', async () => {
    const page = { host: 'rebound.evil.example', origin: 'http://rebound.evil.example' };
    expect(await submit(page)).toEqual({ today: 401, old: 401, made: 0 });
  });
});
