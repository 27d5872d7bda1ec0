import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressGuard } from '../../../src/net/address-guard.ts';

const guard = new AddressGuard([]);

const FORBIDDEN = [
  ['this network', '0.0.0.0', '0.0.0.1', '0.255.255.255'],
  ['private', '10.0.0.0', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  ['carrier-grade NAT', '100.64.0.0', '100.127.255.255'],
  ['loopback', '127.0.0.1', '127.255.255.254', '::1'],
  ['link-local', '169.254.0.1', 'fe80::1', 'febf::1'],
  ['metadata', '169.254.169.254', 'fd00:ec2::254', '169.254.170.2', '168.63.129.16'],
  ['metadata elsewhere', '100.100.100.200', '192.0.0.192', 'fd20:ce::254'],
  ['documentation', '192.0.2.1', '198.51.100.7', '203.0.113.9', '2001:db8::1', '3fff::1'],
  ['benchmarks', '198.18.0.1', '198.19.255.255', '2001:2::1'],
  ['multicast', '224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1'],
  ['reserved', '240.0.0.1', '255.255.255.255', '4000::1', '8000::1', '192.0.0.1'],
  ['relays', '192.88.99.1', '192.52.193.1', '192.31.196.1', '192.175.48.1', '2620:4f:8000::1'],
  ['unspecified', '0.0.0.0', '::'],
  ['unique local', 'fc00::1', 'fdff::1'],
  ['site-local', 'fec0::1', 'feff::1'],
  ['IPv4-mapped', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', '0:0:0:0:0:ffff:a00:1'],
  ['IPv4-compatible', '::127.0.0.1', '::8.8.8.8'],
  ['NAT64', '64:ff9b::10.0.0.1', '64:ff9b::808:808', '64:ff9b:1::1'],
  ['IPv4-translated', '::ffff:0:127.0.0.1'],
  ['6to4', '2002:7f00:1::', '2002:808:808::1'],
  ['Teredo', '2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  ['discard, ORCHID, SRv6', '100::1', '2001:10::1', '2001:20::1', '5f00::1'],
  ['with a zone', 'fe80::1%eth0', '2606:4700::1111%eth0', '::1%lo'],
  ['none', '', 'localhost', '127.1', '2130706433', '0x7f.0.0.1', '8.8.8', '[::1]', '8.8.8.8 '],
  ['none, though it looks so', '08.8.8.8', '8.8.8.8/8', '8.8.8.8.', '1.1.1.1\n', '256.1.1.1'],
] satisfies [string, ...string[]][];

describe('an address', () => {
  it.each(FORBIDDEN)('that is %s is forbidden', (_what, ...addresses) => {
    expect(addresses.filter((address) => guard.allows(address))).toEqual([]);
  });

  it('of the internet is allowed, next to those that are not, too', () => {
    const addresses = [
      ...['8.8.8.8', '1.1.1.1', '1.0.0.0', '9.255.255.255', '11.0.0.0', '100.63.255.255'],
      ...['100.128.0.0', '126.255.255.255', '128.0.0.0', '168.63.129.15', '169.253.255.255'],
      ...['169.255.0.0', '172.15.255.255', '172.32.0.0', '192.0.1.0', '192.167.255.255'],
      ...['192.169.0.0', '198.17.255.255', '198.20.0.0', '203.0.112.255', '203.0.114.0'],
      ...['223.255.255.255', '2606:4700:4700::1111', '2a00:1450:4001::200e', '2001:200::1'],
      ...['2001:4860:4860::8888', '2003::1', '2620:4f:7fff::1', '3ffe:ffff::1'],
    ];
    expect(addresses.filter((address) => !guard.allows(address))).toEqual([]);
  });

  it('of IPv4 is forbidden in all that carries it through IPv6, wherever it leads', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
        const hex = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
        const carriers = [
          ...[`::ffff:${address}`, `::ffff:${hex}`, `::${address}`, `64:ff9b::${address}`],
          ...[`64:ff9b:1::${hex}`, `2002:${hex}::1`, `::ffff:0:${hex}`, `2001:0:${hex}::${hex}`],
        ];
        expect(carriers.filter((carrier) => guard.allows(carrier))).toEqual([]);
      }),
    );
  });

  it('of IPv6 is forbidden outside 2000::/3, and text that is none is, too', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        // A first group of three digits or fewer stands for one that begins with 0.
        const isUnicast = /^[23][0-9a-f]{3}:/i.test(address);
        expect(isUnicast || !guard.allows(address)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(guard.allows(`${text}x`)).toBe(false);
      }),
    );
  });
});

describe('HTTP_ALLOWED_NETWORKS', () => {
  it('opens what it names, in whatever form it comes, and no more', () => {
    const open = new AddressGuard(['10.1.0.0/16', '127.0.0.1', 'fd12::/16', '::1']);
    const addresses = ['10.1.2.3', '127.0.0.1', 'fd12::9', '::1', '::ffff:10.1.2.3', '8.8.8.8'];
    expect(addresses.filter((address) => !open.allows(address))).toEqual([]);
    const others = ['10.2.0.0', '127.0.0.2', 'fd13::1', '::2', '::ffff:10.2.0.0', '192.168.0.1'];
    expect(others.filter((address) => open.allows(address))).toEqual([]);
  });

  it('opens no metadata service but one that it names by its address', () => {
    const wide = new AddressGuard(['0.0.0.0/0', '::/0']);
    expect(wide.allows('10.0.0.1')).toBe(true);
    const services = ['169.254.169.254', '::ffff:169.254.169.254', 'fd00:ec2::254'];
    expect(services.filter((address) => wide.allows(address))).toEqual([]);
    const within = ['::a9fe:a9fe', '64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::1', '::ffff:0:a9fe:a9fe'];
    expect(within.filter((address) => wide.allows(address))).toEqual([]);
    expect(wide.allows('64:ff9b::a00:1')).toBe(true);
    expect(new AddressGuard(['169.254.169.254/32']).allows('169.254.169.254')).toBe(false);
    expect(new AddressGuard(['169.254.169.254']).allows('169.254.169.254')).toBe(true);
  });
});
