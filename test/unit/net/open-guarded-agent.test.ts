import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { LookupAddress } from 'node:dns';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { AddressGuard } from '../../../src/net/address-guard.ts';
import { openGuardedAgent } from '../../../src/net/open-guarded-agent.ts';
import { startListener } from '../../doubles/start-listener.ts';
import { startHttpServer } from '../storage/start-http-server.ts';

/** Stands for an address of the internet; the rest of loopback for what is forbidden. */
const PUBLIC = '127.0.0.1';
const FORBIDDEN = '127.0.0.2';

/** An agent whose name server gives these answers, one after the other. */
function openAgent(...answers: readonly (readonly string[])[]) {
  const asked: string[] = [];
  const guard = new AddressGuard([PUBLIC], (host, _options, callback) => {
    const answer = answers[asked.length] ?? [];
    asked.push(host);
    callback(
      null,
      answer.map((address): LookupAddress => ({ address, family: 4 })),
    );
  });
  const agent = openGuardedAgent(guard, { connectTimeoutMs: 1000 });
  onTestFinished(() => agent.destroy());
  const get = async (origin: string) => {
    const { body } = await agent.request({ origin, path: '/', method: 'GET' });
    return body.text();
  };
  return { get, asked };
}

const refused = { code: 'ADDRESS_FORBIDDEN', retryable: false };

describe('a guarded agent', () => {
  it('connects to the address it has judged, and asks for no other', async () => {
    const server = await startHttpServer((_request, response) => response.end('outside'));
    const port = Number(new URL(server.url).port);
    const inner = await startListener(FORBIDDEN, port);
    const { get, asked } = openAgent([PUBLIC], [FORBIDDEN], [FORBIDDEN]);
    expect(await get(`http://rebinds.example:${port}`)).toBe('outside');
    expect(asked).toEqual(['rebinds.example']);
    expect(inner.connections()).toBe(0);
  });

  it('judges every new connection, also to a host that has been let through before', async () => {
    const server = await startHttpServer((_request, response) => {
      response.writeHead(200, { connection: 'close' }).end('outside');
    });
    const port = Number(new URL(server.url).port);
    const inner = await startListener(FORBIDDEN, port);
    const { get, asked } = openAgent([PUBLIC], [FORBIDDEN]);
    const origin = `http://rebinds.example:${port}`;
    expect(await get(origin)).toBe('outside');
    await expect(get(origin)).rejects.toMatchObject(refused);
    expect(asked).toHaveLength(2);
    expect(inner.connections()).toBe(0);
  });

  it('judges a connection that it opens beside another one', async () => {
    const held: ServerResponse[] = [];
    const server = await startHttpServer((_request, response) => held.push(response));
    const port = Number(new URL(server.url).port);
    const inner = await startListener(FORBIDDEN, port);
    const { get } = openAgent([PUBLIC], [FORBIDDEN]);
    const origin = `http://rebinds.example:${port}`;
    const first = get(origin);
    await vi.waitUntil(() => held.length === 1);
    await expect(get(origin)).rejects.toMatchObject(refused);
    held[0]?.end('outside');
    expect(await first).toBe('outside');
    expect(inner.connections()).toBe(0);
  });

  it.each(['http', 'https'])('opens no socket to what is forbidden: %s', async (scheme) => {
    const inner = await startListener(FORBIDDEN);
    const { get, asked } = openAgent([PUBLIC, FORBIDDEN]);
    await expect(get(`${scheme}://${FORBIDDEN}:${inner.port}`)).rejects.toMatchObject(refused);
    await expect(get(`${scheme}://[::1]:${inner.port}`)).rejects.toMatchObject(refused);
    expect(asked).toEqual([]);
    await expect(get(`${scheme}://two.example:${inner.port}`)).rejects.toMatchObject(refused);
    expect(inner.connections()).toBe(0);
  });

  it('refuses the same way, whether something listens there or not', async () => {
    const inner = await startListener(FORBIDDEN);
    const { get } = openAgent([FORBIDDEN], [FORBIDDEN]);
    const ports = [inner.port, 1];
    const seen = await Promise.allSettled(ports.map((port) => get(`http://in.example:${port}`)));
    const [one, other] = seen.map((each) =>
      each.status === 'rejected' ? String(each.reason) : '',
    );
    expect(one).toMatch(/in\.example is neither public nor/);
    expect(one).not.toContain(FORBIDDEN);
    expect(other).toBe(one);
  });

  it('goes through no proxy that the environment names', async () => {
    const proxy = await startListener(PUBLIC);
    const server = await startHttpServer((_request, response) => response.end('straight'));
    const url = `http://${PUBLIC}:${proxy.port}`;
    const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy'];
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'fixtures/get.ts'), server.url],
      {
        env: { NODE_USE_ENV_PROXY: '1', ...Object.fromEntries(names.map((name) => [name, url])) },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [printed] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    expect(printed).toBe('straight');
    expect(proxy.connections()).toBe(0);
  });
});
