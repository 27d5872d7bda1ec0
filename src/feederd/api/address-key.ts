import { isIPv6 } from 'node:net';

/** No address is longer; what a proxy forwards might be. */
const MAX_LENGTH = 45;

/**
 * Under which key requests from an address are counted. Of IPv6 that is its network of 64 bits: whoever
 * has one such address has all of them.
 * @returns null for this machine itself
 */
export function addressKey(address: string): string | null {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const ip = mapped ?? address;
  if (ip === '::1' || /^127\.\d+\.\d+\.\d+$/.test(ip)) return null;
  return isIPv6(ip) ? networkOf(ip) : ip.slice(0, MAX_LENGTH);
}

function networkOf(ip: string): string {
  const [head = '', tail] = ip.toLowerCase().split('::');
  const groups = head.split(':').filter((group) => group !== '');
  // What `::` stands for: where the rest is short enough, zeros up to the end of the network.
  const rest = tail?.split(':').length ?? 0;
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - rest);
  const all = [...groups, ...Array<string>(zeros).fill('0'), ...(tail?.split(':') ?? [])];
  return `${all.slice(0, 4).join(':')}::/64`;
}
