import { once } from 'node:events';
import { connect } from 'node:net';
import { finished } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { NommerError } from '../../src/core/errors.ts';
import { openApi, SUBMISSION, type OpenApi, type OpenApiOptions } from './open-api.ts';

let open: OpenApi;

afterEach(() => open.api.close());

async function openWith(options: OpenApiOptions = {}): Promise<OpenApi> {
  open = await openApi(options);
  return open;
}

describe('an error of today’s calls', () => {
  it.each([
    ['an unknown path', 'GET', '/nothing/here?token=hunter2', 404, 'NO_SUCH_CALL'],
    ['another method', 'DELETE', '/jobs', 405, 'NO_SUCH_CALL'],
    ['a GET of a call of 2012', 'GET', '/job/submit/', 405, 'NO_SUCH_CALL'],
    ['a path that is no UTF-8', 'GET', '/jobs/%E0%A4%A', 400, 'BADINPUT'],
    ['an id that goes on and on', 'GET', `/jobs/${'a'.repeat(900)}`, 404, 'UNKNOWN_JOB'],
  ] as const)('is problem details for %s', async (_what, method, url, status, error_code) => {
    const { api } = await openWith();
    const answer = await api.inject({ method, url });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toMatchObject({ status, error_code, title: expect.any(String) });
    expect(answer.body).not.toContain('hunter2');
  });

  it('says with a 405 what the path takes', async () => {
    const { api } = await openWith();
    const answer = await api.inject({ method: 'PUT', url: '/job/submit' });
    expect(answer.headers['allow']).toBe('POST');
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', ';;;'])(
    'is 415 for a body of type %s',
    async (type) => {
      const { api } = await openWith();
      const answer = await api.inject({
        method: 'POST',
        url: '/jobs',
        headers: { 'content-type': type },
        payload: JSON.stringify(SUBMISSION),
      });
      expect(answer.statusCode).toBe(415);
      expect(answer.json()).toMatchObject({ detail: expect.stringContaining('application/json') });
    },
  );

  it('is 413 for a body over the limit', async () => {
    const { api } = await openWith({ settings: { feederdBodyLimitBytes: 2048 } });
    const payload = { ...SUBMISSION, metadata: { note: 'x'.repeat(3000) } };
    const answer = await api.inject({ method: 'POST', url: '/jobs', payload });
    expect(answer.statusCode).toBe(413);
    expect(answer.json()).toMatchObject({ error_code: 'TOO_LARGE' });
  });

  it('is 503 while the store cannot be reached, and nothing has happened', async () => {
    let broken = true;
    const unavailable = new NommerError('UNAVAILABLE', 'The job store cannot be reached');
    const { api, backend, newJobs } = await openWith({
      storeArrive: () => (broken ? Promise.reject(unavailable) : Promise.resolve()),
    });
    const requests = [
      ['POST', '/jobs'],
      ['GET', '/jobs'],
      ['GET', '/jobs/a'],
      ['POST', '/jobs/a/cancel'],
      ['POST', '/jobs/a/retry'],
      ['GET', '/jobs/a/log'],
      ['GET', '/jobs/a/events'],
      ['GET', '/readyz'],
    ] as const;
    for (const [method, url] of requests) {
      const answer = await api.inject({
        method,
        url,
        ...(url === '/jobs' && { payload: SUBMISSION }),
      });
      expect([url, answer.statusCode, answer.headers['retry-after']]).toEqual([url, 503, '5']);
      expect(answer.json()).toMatchObject({ error_code: 'UNAVAILABLE' });
    }
    expect((await api.inject('/healthz')).statusCode).toBe(200);
    broken = false;
    expect((await backend.store.recent({ limit: 9 })).jobs).toEqual([]);
    expect(await newJobs.depth()).toMatchObject({ waiting: 0 });
  });

  it('tells nothing of a fault of our own but to the log', async () => {
    const { api, logged } = await openWith({
      storeArrive: () => Promise.reject(new Error('cannot read password of undefined')),
    });
    const calls = [
      { method: 'GET', url: '/jobs/a', status: 500 },
      { method: 'POST', url: '/job/status/', payload: { job_id: 'a' }, status: 200 },
    ] as const;
    for (const { status, ...request } of calls) {
      const answer = await api.inject(request);
      expect(answer.statusCode).toBe(status);
      expect(answer.json()).toMatchObject({ error_code: 'INTERNAL' });
      expect(answer.body).not.toMatch(/password|stack|\.ts/);
    }
    expect(logged.filter((line) => line.includes('cannot read password'))).toHaveLength(2);
  });
});

describe('on a real socket', () => {
  it('a request in hand is answered while feederd closes, which does not wait for more', async () => {
    const held = Promise.withResolvers<void>();
    const atStore = Promise.withResolvers<void>();
    const { api } = await openWith({
      storeArrive: () => {
        atStore.resolve();
        return held.promise;
      },
    });
    const url = await api.listen({ host: '127.0.0.1', port: 0 });
    const answer = fetch(`${url}/job/submit`, { method: 'POST', body: JSON.stringify(SUBMISSION) });
    await atStore.promise;
    const closing = api.close();
    held.resolve();
    expect(await (await answer).json()).toMatchObject({ success: true });
    await closing;
  });

  it('a connection that nobody uses does not hold up a feederd that closes', async () => {
    const { api } = await openWith();
    const port = Number(new URL(await api.listen({ host: '127.0.0.1', port: 0 })).port);
    const accepted = once(api.server, 'connection');
    const socket = connect(port, '127.0.0.1');
    await accepted;
    await api.close();
    await finished(socket.resume());
    expect(socket.destroyed).toBe(true);
  });

  it('a client of 2012 reads why its body is too large, also when it sends all of it first', async () => {
    const { api } = await openWith();
    const port = Number(new URL(await api.listen({ host: '127.0.0.1', port: 0 })).port);
    const body = JSON.stringify({ ...SUBMISSION, note: 'x'.repeat(2_000_000) });
    const socket = connect(port, '127.0.0.1');
    socket.end(
      `POST /job/submit HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: ${body.length}\r\n` +
        `Connection: close\r\n\r\n${body}`,
    );
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain('"error_code":"TOO_LARGE"');
  });
});
