import { describe, expect, it } from 'vitest';
import { verifyWebhook } from '../../../../src/client/verify-webhook.ts';
import { signWebhook } from '../../../../src/feederd/notify/sign-webhook.ts';

/** The one that the libraries of Standard Webhooks are tested with. */
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OTHER = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const now = 1_614_265_330_000;
const body = '{"test": 2432232314}';
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const headers = signWebhook({ id, now, body }, [SECRET]);

describe('a signature', () => {
  it('is the one that Standard Webhooks’ own libraries make', () => {
    expect(headers).toStrictEqual({
      'webhook-id': id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': SIGNATURE,
    });
  });

  it('is there for each secret, and each is enough', async () => {
    const both = signWebhook({ id, now: now + 999, body }, [OTHER, SECRET]);
    expect(both['webhook-signature']?.split(' ')).toStrictEqual([
      expect.stringMatching(/^v1,/),
      SIGNATURE,
    ]);
    for (const secret of [SECRET, OTHER, [OTHER, 'whsec_AAAA'], SECRET.slice('whsec_'.length)]) {
      expect(await verifyWebhook(secret, both, body, { now })).toStrictEqual({ test: 2432232314 });
    }
  });
});

describe('verifyWebhook', () => {
  it('takes headers of fetch and of Node, and the body as bytes', async () => {
    const bytes = new TextEncoder().encode(body);
    const ofFetch = new Headers(Object.entries(headers));
    const inCapitals = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
    );
    for (const each of [ofFetch, inCapitals]) {
      expect(await verifyWebhook(SECRET, each, bytes, { now })).toStrictEqual({ test: 2432232314 });
    }
  });

  it('passes over signatures of other kinds', async () => {
    const some = `v1a,xyz v2,${SIGNATURE.slice(3)} v1,short v1, ${SIGNATURE}`;
    const given = { ...headers, 'webhook-signature': some };
    expect(await verifyWebhook(SECRET, given, body, { now })).toStrictEqual({ test: 2432232314 });
  });

  it.each([
    ['another body', {}, `${body} `, {}],
    ['another secret', {}, body, { secret: OTHER }],
    ['another id', { 'webhook-id': 'msg_other' }, body, {}],
    ['another time', { 'webhook-timestamp': '1614265331' }, body, {}],
    ['part of a signature', { 'webhook-signature': SIGNATURE.slice(0, 20) }, body, {}],
    ['another version only', { 'webhook-signature': SIGNATURE.replace('v1', 'v2') }, body, {}],
    ['no signature', { 'webhook-signature': undefined }, body, {}],
    ['no id', { 'webhook-id': undefined }, body, {}],
    ['no time', { 'webhook-timestamp': undefined }, body, {}],
    ['a time that is none', { 'webhook-timestamp': 'NaN' }, body, {}],
    ['an old one', {}, body, { now: now + 301_000 }],
    ['one from the future', {}, body, { now: now - 301_000 }],
  ])('refuses %s', async (_what, patch, given, options) => {
    const { secret, ...rest } = { secret: SECRET, now, ...options };
    await expect(
      verifyWebhook(secret, { ...headers, ...patch }, given, rest),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
