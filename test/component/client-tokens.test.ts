import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { createClient } from '../../src/client/client.ts';
import { apiTokens } from '../../src/conf/api-tokens.ts';
import { openApi, SUBMISSION, type OpenApi } from './open-api.ts';

const READ = 'read-token-0123456789';

let open: OpenApi | undefined;

afterEach(() => open?.api.close());

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the client', () => {
  it('is let in by its token, from wherever it has it, and hears which scope it lacks', async () => {
    const tokens = apiTokens.schema.parse([{ token: READ, scopes: ['read'] }]);
    open = await openApi({ settings: { apiTokens: tokens } });
    const url = await open.api.listen({ host: '127.0.0.1', port: 0 });
    await expect(createClient({ url }).list()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    for (const userinfo of [`:${READ}`, READ, `me:${READ}`]) {
      const client = createClient({ url: url.replace('//', `//${userinfo}@`) });
      expect(await client.list()).toEqual({ jobs: [] });
    }
    const client = createClient({ url, token: READ });
    await expect(client.submit(SUBMISSION)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: 'The token lacks the scope "submit"; it has "read"',
    });
  });

  it.each(['two\nlines', 'a b', 'tökén', '\0'])(
    'takes %j for no token, and does not show it',
    (token) => {
      const create = () => createClient({ url: 'http://127.0.0.1:1', token });
      expect(create).toThrow('A token is visible ASCII characters only; it is not shown here');
    },
  );

  it('takes a percent sign in a token for itself', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve(({ headers }, response) => {
      seen.push(headers.authorization);
      response.end('{"jobs":[]}');
    });
    await createClient({ url: url.replace('//', '//:100%25-a@') }).list();
    await createClient({ url: url.replace('//', '//:100%-a@') }).list();
    expect(seen).toEqual(['Bearer 100%-a', 'Bearer 100%-a']);
  });

  it('waits as long as it is told to, and then comes again', async () => {
    const at: number[] = [];
    const url = await serve((_request, response) => {
      at.push(performance.now());
      if (at.length < 3) return response.writeHead(429, { 'retry-after': '1' }).end();
      return response.end('{"jobs":[]}');
    });
    expect(await createClient({ url }).list()).toEqual({ jobs: [] });
    const [first = 0, second = 0, third = 0] = at;
    expect(Math.min(second - first, third - second)).toBeGreaterThan(950);
  });

  it('gives up when that would never end, or takes too long', async () => {
    let count = 0;
    let wait = '0';
    const url = await serve((_request, response) => {
      count += 1;
      const problem = { error_code: 'RATE_LIMITED', detail: 'Too many requests' };
      response.writeHead(429, { 'retry-after': wait }).end(JSON.stringify(problem));
    });
    const client = createClient({ url });
    const limited = { code: 'RATE_LIMITED', message: 'Too many requests' };
    await expect(client.list()).rejects.toMatchObject(limited);
    expect(count).toBe(6);
    for (wait of ['3600', 'soon', 'Wed, 21 Oct 2099 07:28:00 GMT']) {
      count = 0;
      await expect(client.submit(SUBMISSION)).rejects.toMatchObject(limited);
      expect(count).toBe(1);
    }
  });

  it('stops waiting when it is told to', async () => {
    const stop = new AbortController();
    const url = await serve((_request, response) => {
      response.writeHead(429, { 'retry-after': '30' }).end(() => stop.abort(new Error('enough')));
    });
    await expect(createClient({ url }).list({}, { signal: stop.signal })).rejects.toThrow('enough');
  });
});
