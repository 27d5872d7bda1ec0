import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeSettings } from '../../../src/conf/describe-settings.ts';
import { readSettings } from '../../../src/conf/read-settings.ts';
import { SETTINGS } from '../../../src/conf/settings.ts';
import { parse } from './try-settings.ts';

const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value));
/** What an environment may hold, and with luck what the setting takes. */
const variable = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.double().map(String),
  fc.integer({ min: -10, max: 100_000 }).map(String),
  json,
  fc.array(json, { maxLength: 3 }).map((values) => `[${values.join(',')}]`),
  fc.dictionary(fc.string(), json).map((all) => JSON.stringify(all)),
  fc.constantFrom('true', '0', ' ', ',', ',,a', '[', '{', '[]', '{}', 'null', '__proto__', '\0'),
  fc.constantFrom('0x10', '1e3', '1e999', '-0', 'Infinity', 'NaN', '10.0.0.0/8', '::1', '/', '..'),
  fc.constantFrom(
    'http://127.0.0.1:9',
    'https://u:p4ssword@h/',
    'http://[',
    '{"__proto__":{"a":1}}',
  ),
  fc.webUrl(),
);

/** @returns undefined where they are taken */
function refusalOf(env: Record<string, string>): string | undefined {
  try {
    parse({}, env);
    return undefined;
  } catch (thrown) {
    expect(thrown).toMatchObject({ name: 'NommerError', code: 'BAD_SETTING' });
    return (thrown as Error).message;
  }
}

describe('a variable', { timeout: 120_000 }, () => {
  const names = [...SETTINGS].flatMap(([name, { aliases, secret }]) =>
    [name, ...aliases].map((each) => ({ name: each, secret })),
  );

  it.each(names)('$name takes what it takes and complains of all else', ({ name, secret }) => {
    fc.assert(
      fc.property(variable, (text) => {
        const refusal = refusalOf({ [name]: text });
        if (refusal === undefined) return;
        expect(refusal).toContain(name);
        // What is longer is shortened.
        expect(refusal.length).toBeLessThan(600);
        expect(refusal).not.toContain('p4ssword');
        if (secret && text.length > 6) expect(refusal).not.toContain(text);
      }),
      { numRuns: 40 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('of a secret that is taken is shown to nobody', () => {
    const secrets = [...SETTINGS].filter(([, setting]) => setting.secret);
    expect(secrets.length).toBeGreaterThan(4);
    fc.assert(
      fc.property(
        fc.constantFrom(...secrets.map(([name]) => name)),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (name, bytes) => {
          const base64 = Buffer.from(bytes).toString('base64');
          const value = name === 'NOTIFY_SECRETS' ? `whsec_${base64}` : base64;
          const pair = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key' };
          const env = { ...(name.startsWith('AWS_') && pair), [name]: value };
          const read = readSettings({ nomconf: {}, nomconfDir: '/', env, cwd: '/' });
          expect(JSON.stringify(describeSettings(read))).not.toContain(base64);
        },
      ),
    );
  });
});
