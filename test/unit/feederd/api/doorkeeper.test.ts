import { describe, expect, it } from 'vitest';
import { apiTokens } from '../../../../src/conf/api-tokens.ts';
import { NommerError } from '../../../../src/core/errors.ts';
import type { Access } from '../../../../src/feederd/api/access.ts';
import { Doorkeeper } from '../../../../src/feederd/api/doorkeeper.ts';
import { RateLimited } from '../../../../src/feederd/api/rate-limited.ts';

const SHOP = 'shop-token-0123456789';
const OPS = 'ops-token-0123456789';
const WRONG = 'wrong-token-0123456789';
const SUBMIT: Access = ['submit'];

function open(tokens: Parameters<typeof apiTokens.schema.parse>[0], rateLimitPerSecond = 1000) {
  const clock = { ms: 0 };
  const refused: string[] = [];
  const doorkeeper = new Doorkeeper({
    apiTokens: apiTokens.schema.parse(tokens),
    rateLimitPerSecond,
    onWrongToken: (address) => refused.push(address),
    now: () => clock.ms,
  });
  const knock = (token: string | undefined, address = '10.0.0.7', access = SUBMIT): string => {
    const authorization = token && `Bearer ${token}`;
    try {
      return `in as ${doorkeeper.admit({ authorization, address }, access).name}`;
    } catch (thrown: unknown) {
      if (thrown instanceof RateLimited) return `wait ${thrown.retryAfterSeconds}`;
      return thrown instanceof NommerError ? `${thrown.code}: ${thrown.message}` : String(thrown);
    }
  };
  return { clock, refused, knock };
}

const TOKENS = [
  { name: 'shop', token: SHOP, scopes: ['submit'] },
  { name: 'ops', token: OPS },
];

describe('with tokens', () => {
  it('lets in who shows one, and names the scope that lacks', () => {
    const { knock } = open(TOKENS);
    expect(knock(SHOP)).toBe('in as shop');
    expect(knock(OPS, '10.0.0.7', ['control'])).toBe('in as ops');
    const lacks = 'FORBIDDEN: The token lacks the scope "control"; it has "submit"';
    expect(knock(SHOP, '10.0.0.7', ['control'])).toBe(lacks);
    expect(knock(SHOP, '10.0.0.7', ['submit', 'read'])).toBe('in as shop');
    expect(knock(SHOP, '10.0.0.7', [])).toBe('in as shop');
  });

  it('refuses whoever has none or another, on this machine too, but for what is open', () => {
    const { knock } = open(TOKENS);
    expect(knock(undefined)).toMatch(/^UNAUTHORIZED: This call needs a token/);
    expect(knock(WRONG)).toBe('UNAUTHORIZED: This token is not known here');
    expect(knock(undefined, '127.0.0.1')).toMatch(/^UNAUTHORIZED/);
    expect(knock(SHOP.slice(0, -1))).toMatch(/^UNAUTHORIZED/);
    expect(knock(undefined, '10.0.0.7', [])).toMatch(/^UNAUTHORIZED/);
    expect(knock(undefined, '10.0.0.7', 'open')).toBe('in as null');
    expect(knock(WRONG, '10.0.0.7', 'open')).toBe('in as null');
  });

  it('counts requests by token, wherever they come from', () => {
    const { knock, clock } = open([...TOKENS, { name: 'shop', token: WRONG }], 1);
    const many = Array.from({ length: 10 }, (_, n) => knock(SHOP, `10.0.0.${n}`));
    expect(new Set(many)).toEqual(new Set(['in as shop']));
    expect([knock(SHOP), knock(WRONG), knock(OPS)]).toEqual(['wait 1', 'wait 1', 'in as ops']);
    clock.ms += 1000;
    expect([knock(SHOP), knock(SHOP)]).toEqual(['in as shop', 'wait 1']);
  });

  it('counts who shows none by address', () => {
    const { knock } = open(TOKENS, 1);
    const many = Array.from({ length: 11 }, () => knock(undefined));
    expect(many.at(-1)).toBe('wait 1');
    expect(knock(undefined, '10.0.0.7', 'open')).toBe('wait 1');
    expect(knock(undefined, '10.0.0.8', 'open')).toBe('in as null');
    expect(knock(OPS)).toBe('in as ops');
  });
});

describe('guessing', () => {
  it('ends after twenty wrong tokens, and a right one among them does not show', () => {
    const { knock, clock, refused } = open(TOKENS);
    for (let n = 0; n < 20; n += 1) expect(knock(`${WRONG}${n}`)).toMatch(/^UNAUTHORIZED/);
    expect([knock(WRONG), knock(SHOP)]).toEqual(['wait 6', 'wait 6']);
    expect(refused).toHaveLength(20);
    clock.ms += 6000;
    expect(knock(SHOP)).toBe('in as shop');
    expect(knock(WRONG)).toMatch(/^UNAUTHORIZED/);
    expect(knock(WRONG)).toBe('wait 6');
  });

  it('gets ten more a minute, and no more in hours than that', () => {
    const { knock, clock, refused } = open(TOKENS);
    for (let second = 0; second < 7200; second += 1) {
      clock.ms += 1000;
      knock(WRONG);
    }
    expect(refused.length).toBeLessThanOrEqual(20 + 120 * 10);
    expect(refused.length).toBeGreaterThan(120 * 9);
  });

  it('shuts out neither another address nor who was let in at this one before', () => {
    const { knock } = open(TOKENS);
    expect(knock(SHOP)).toBe('in as shop');
    for (let n = 0; n < 25; n += 1) knock(WRONG);
    expect([knock(WRONG), knock(OPS), knock(SHOP)]).toEqual(['wait 6', 'wait 6', 'in as shop']);
    expect(knock(OPS, '10.0.0.8')).toBe('in as ops');
  });

  it('from many addresses of one network is guessing from one', () => {
    const { knock } = open(TOKENS);
    for (let n = 0; n < 20; n += 1) knock(WRONG, `2001:db8:1:2::${n + 1}`);
    expect(knock(WRONG, '2001:db8:1:2:aaaa::1')).toBe('wait 6');
    expect(knock(WRONG, '2001:db8:1:3::1')).toMatch(/^UNAUTHORIZED/);
  });

  it('is slow on this machine, too', () => {
    const { knock } = open(TOKENS);
    for (let n = 0; n < 20; n += 1) knock(WRONG, '127.0.0.1');
    expect(knock(WRONG, '::1')).toBe('wait 6');
  });
});

describe('without tokens', () => {
  it('lets in everybody, and counts by address but on this machine', () => {
    const { knock } = open([], 1);
    expect(knock(undefined)).toBe('in as null');
    expect(knock(WRONG)).toBe('in as null');
    for (let n = 0; n < 8; n += 1) knock(undefined);
    expect(knock(undefined)).toBe('wait 1');
    for (let n = 0; n < 50; n += 1) expect(knock(undefined, '127.0.0.1')).toBe('in as null');
  });
});
