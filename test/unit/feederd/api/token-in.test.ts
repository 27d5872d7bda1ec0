import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressKey } from '../../../../src/feederd/api/address-key.ts';
import { tokenIn } from '../../../../src/feederd/api/token-in.ts';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

it.each([
  ['Bearer T-1', 'T-1'],
  ['bearer  T-1 ', 'T-1'],
  [basic(':T-1'), 'T-1'],
  [basic('me:T-1'), 'T-1'],
  [basic('T-1:'), 'T-1'],
  [basic('T-1'), 'T-1'],
  [basic('me:T:1'), 'T:1'],
  [basic(':'), undefined],
  ['Basic !!!', undefined],
  ['Bearer', undefined],
  ['Bearer ', undefined],
  ['Bearer a b', undefined],
  ['Digest T-1', undefined],
  ['T-1', undefined],
  [`Bearer ${'x'.repeat(1025)}`, undefined],
  ['', undefined],
  [undefined, undefined],
])('finds in the header %j the token %j', (header, token) => {
  expect(tokenIn(header)).toBe(token);
});

it('finds any token that there may be, in both schemes, and fails on no text', () => {
  const text = (min: number, max: number, minLength: number) =>
    fc
      .array(fc.integer({ min, max }), { minLength, maxLength: 80 })
      .map((codes) => String.fromCharCode(...codes));
  fc.assert(
    fc.property(text(0x21, 0x7e, 16), text(0, 0xffff, 0), (token, any) => {
      expect(tokenIn(`Bearer ${token}`)).toBe(token);
      expect(tokenIn(basic(`:${token}`))).toBe(token);
      tokenIn(any);
      tokenIn(`Basic ${any}`);
    }),
  );
});

it.each([
  ['127.0.0.1', null],
  ['127.8.8.8', null],
  ['::1', null],
  ['::ffff:127.0.0.1', null],
  ['10.0.0.7', '10.0.0.7'],
  ['::ffff:10.0.0.7', '10.0.0.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['2001:db8::', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::2', '0:0:0:0::/64'],
  ['unknown', 'unknown'],
  ['y'.repeat(99), 'y'.repeat(45)],
])('counts requests of %s under %s', (address, key) => {
  expect(addressKey(address)).toBe(key);
});
