import { Agent, buildConnector } from 'undici';
import type { AddressGuard } from './address-guard.ts';

const MAX_HEADER_BYTES = 16_384;

/**
 * The one place where connections are made for the URLs of jobs; every one of them, those of redirects
 * too, is judged by `guard`. Proxies that the environment names are not used: they would connect to
 * whatever they are asked for. How long requests may take is up to whoever sends them.
 */
export function openGuardedAgent(
  guard: AddressGuard,
  { connectTimeoutMs }: { connectTimeoutMs: number },
): Agent {
  const connectTo = buildConnector({
    lookup: guard.lookup,
    timeout: connectTimeoutMs,
    allowH2: false,
  });
  return new Agent({
    connect: (options, callback) => {
      const refusal = guard.refusalOf(options.hostname);
      if (refusal === undefined) connectTo(options, callback);
      else callback(refusal, null);
    },
    allowH2: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
