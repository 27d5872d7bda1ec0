import type { LookupAddress } from 'node:dns';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NommerError } from '../../../src/core/errors.ts';
import { AddressGuard } from '../../../src/net/address-guard.ts';

const guard = new AddressGuard(['10.1.0.0/16']);

function refusal(text: string): unknown {
  try {
    guard.checkUrl(new URL(text), 'source_path');
    return null;
  } catch (thrown) {
    return (thrown as NommerError).code;
  }
}

/** As `net.connect` asks. @returns what it may connect to, or the refusal's code */
function lookUp(addresses: readonly string[], options: { all: boolean } = { all: true }): unknown {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const fake = new AddressGuard([], (_host, _options, callback) => callback(null, found));
  let outcome: unknown;
  fake.lookup('some.example', options, (error, address: string | LookupAddress[]) => {
    outcome = error?.code ?? address;
  });
  return outcome;
}

describe('a URL with an address', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.0.0.1./',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.1/',
    'http://017700000001/',
    'http://0177.0.0.01/',
    'http://%31%32%37.0.0.1/',
    'http://①②⑦.⓪.⓪.①/',
    'http://１２７.0.0.1/',
    'http://127。0。0。1/',
    'http://0/',
    'http://0.0.0.0:8080/',
    'http://[::]/',
    'http://[::1]/',
    'http://[0:0::1]:80/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[64:ff9b::127.0.0.1]/',
    'http://user:secret@10.0.0.1/',
    'https://169.254.169.254/latest/',
    'http://[fd00:ec2::254]/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://a.localhost:9/',
    'http://ⓛocalhost/',
  ])('that is forbidden is refused, however it is written: %s', (text) => {
    expect(refusal(text)).toBe('ADDRESS_FORBIDDEN');
  });

  it('of IPv4 is refused in every encoding, if it is refused in one', () => {
    const base = fc.constantFrom(10, 8, 16);
    const padding = fc.nat({ max: 3 });
    const forbidden = fc.ipV4().map((address) => address.replace(/^\d+/, '127'));
    fc.assert(
      fc.property(forbidden, base, fc.integer({ min: 1, max: 4 }), padding, (address, ...how) => {
        const [radix, parts, zeros] = how;
        expect(refusal(`http://${encode(address, { radix, parts, zeros })}/a`)).toBe(
          'ADDRESS_FORBIDDEN',
        );
      }),
    );
  });

  it.each([
    'http://8.8.8.8/',
    'http://10.1.2.3/',
    'http://example.com/',
    'http://10.0.0.1.nip.io/',
  ])('that is allowed passes, and one with a name does: %s', (text) => {
    expect(refusal(text)).toBeNull();
  });

  it('is refused with its field and what was received, without the password', () => {
    const url = new URL('http://me:hunter2@10.0.0.1/a?token=hunter3');
    expect(() => guard.checkUrl(url, 'notify_url')).toThrow(
      expect.objectContaining({
        code: 'ADDRESS_FORBIDDEN',
        retryable: false,
        message:
          'notify_url: 10.0.0.1 is neither public nor in HTTP_ALLOWED_NETWORKS; ' +
          'received "http://***@10.0.0.1/a?token=***"',
      }),
    );
  });
});

describe('a name', () => {
  it('leads to all the addresses that it has, if each of them is allowed', () => {
    const addresses = ['8.8.8.8', '2606:4700::1111'];
    expect(lookUp(addresses)).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ]);
    expect(lookUp(addresses, { all: false })).toBe('8.8.8.8');
  });

  it.each([[[]], [['8.8.8.8', '10.0.0.1']], [['::ffff:8.8.8.8']], [['2606:4700::1111', '::1']]])(
    'with %j is refused whole',
    (addresses) => {
      expect(lookUp(addresses)).toBe('ADDRESS_FORBIDDEN');
      expect(lookUp(addresses, { all: false })).toBe('ADDRESS_FORBIDDEN');
    },
  );

  it('that nobody knows fails as it would anywhere', () => {
    const error = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    const lost = new AddressGuard([], (_host, _options, callback) => callback(error, []));
    let seen: unknown;
    lost.lookup('nobody.example', { all: true }, (thrown) => (seen = thrown));
    expect(seen).toBe(error);
  });

  it('leads nowhere that is forbidden, whatever the name server answers', () => {
    const address = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string());
    fc.assert(
      fc.property(fc.array(address, { maxLength: 4 }), fc.boolean(), (addresses, all) => {
        const areAllowed =
          addresses.length > 0 && addresses.every((each) => new AddressGuard([]).allows(each));
        const outcome = lookUp(addresses, { all });
        expect(outcome === 'ADDRESS_FORBIDDEN').toBe(!areAllowed);
      }),
    );
  });
});

/** 127.1.2.3 as inet_aton would take it: in another radix, its last parts as one number, with zeros. */
function encode(
  address: string,
  { radix, parts, zeros }: { radix: number; parts: number; zeros: number },
): string {
  const bytes = address.split('.').map(Number);
  const last = bytes.slice(parts - 1).reduce((sum, byte) => sum * 256 + byte, 0);
  return [...bytes.slice(0, parts - 1), last]
    .map((part) => {
      if (radix === 10) return String(part);
      return `${radix === 16 ? '0x' : '0'}${'0'.repeat(zeros)}${part.toString(radix)}`;
    })
    .join('.');
}
