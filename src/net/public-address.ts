import { BlockList, isIPv4, isIPv6 } from 'node:net';

export type Family = 'ipv4' | 'ipv6';

/**
 * Where no host of the internet is, by IANA's registries of special-purpose and of multicast addresses
 * (RFC 6890 and what has changed since).
 */
const NOT_PUBLIC_IPV4 = toBlockList([
  '0.0.0.0/8', // "this network": Linux takes 0.0.0.0 for the machine itself
  '10.0.0.0/8', // private
  '100.64.0.0/10', // shared: carrier-grade NAT
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local; metadata services
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.31.196.0/24', // AS112
  '192.52.193.0/24', // AMT
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '192.175.48.0/24', // AS112
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved; broadcast
]);

/**
 * All that IANA gives out to hosts. Outside are loopback, unspecified, unique local, link-local, site-local,
 * multicast, and IPv4 in IPv6: mapped, compatible and translated (NAT64).
 */
const GLOBAL_UNICAST_IPV6 = toBlockList(['2000::/3']);
const NOT_PUBLIC_IPV6 = toBlockList([
  '2001::/23', // protocol assignments: Teredo, benchmarks, ORCHID, …
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4: IPv4 in IPv6
  '2620:4f:8000::/48', // AS112
  '3fff::/20', // documentation
]);

/** What hands out credentials, or secrets of machines, to whoever asks from within. */
const METADATA_IPV4 = [
  '169.254.169.254', // EC2, and most others
  '169.254.170.2', // ECS
  '169.254.170.23', // EKS
  '168.63.129.16', // Azure
  '100.100.100.200', // Alibaba Cloud
  '192.0.0.192', // Oracle Cloud
] as const;
const METADATA_IPV6 = [
  'fd00:ec2::254', // EC2
  'fd00:ec2::23', // EKS
  'fd20:ce::254', // Google Cloud
] as const;
const METADATA_SERVICES = toBlockList([
  ...METADATA_IPV4,
  ...METADATA_IPV6,
  ...METADATA_IPV4.flatMap(withinIPv6),
]);

/** @returns undefined for what is no address, and for one with a zone (`fe80::1%eth0`) */
export function familyOf(address: string): Family | undefined {
  if (isIPv4(address)) return 'ipv4';
  return isIPv6(address) && !address.includes('%') ? 'ipv6' : undefined;
}

/** Whether a host of the internet can have this address. */
export function isPublic(address: string, family: Family): boolean {
  if (isMetadataService(address, family)) return false;
  if (family === 'ipv4') return !NOT_PUBLIC_IPV4.check(address, family);
  return GLOBAL_UNICAST_IPV6.check(address, family) && !NOT_PUBLIC_IPV6.check(address, family);
}

export function isMetadataService(address: string, family: Family): boolean {
  return METADATA_SERVICES.check(address, family);
}

/** Compatible, translated, by NAT64 and by 6to4: where a router may take IPv6 for this address. */
function withinIPv6(address: string): readonly string[] {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  const groups = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  return [`::${groups}`, `::ffff:0:${groups}`, `64:ff9b::${groups}`, `2002:${groups}::/48`];
}

/** @param networks addresses, and networks like `10.0.0.0/8`; IPv4 stands for its mapped IPv6, too */
export function toBlockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}
