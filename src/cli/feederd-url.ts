import type { Settings } from '../conf/settings.ts';

/** Where this machine's feederd is to be found: one that listens on every address is here too. */
export function feederdUrl({
  feederdHost,
  feederdPort,
}: Pick<Settings, 'feederdHost' | 'feederdPort'>): string {
  const host =
    new Map([
      ['0.0.0.0', '127.0.0.1'],
      ['::', '::1'],
    ]).get(feederdHost) ?? feederdHost;
  return `http://${host.includes(':') ? `[${host}]` : host}:${feederdPort}`;
}
