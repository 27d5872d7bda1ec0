import type { Dispatcher, buildConnector } from 'undici';

const CONNECT_TIMEOUT_MS = 10_000;

/** Opens the sockets of all requests, those of redirects too. */
export type Connect = buildConnector.connector;

/**
 * The one place where connections of http storage are made: whatever must judge the address that a
 * request really goes to is given as `connect`. undici is loaded here, at the first use: it costs 0.1 s
 * and 25 MB, which a node with local files only need not pay.
 */
export async function openDispatcher(connect?: Connect): Promise<Dispatcher> {
  const { Agent } = await import('undici');
  return new Agent({
    connect: connect ?? { timeout: CONNECT_TIMEOUT_MS },
    allowH2: false,
    // StallWatch does this, over headers, bodies and uploads alike.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
