import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NommerError } from '../../../src/core/errors.ts';
import { parseMediaUri, type MediaUri } from '../../../src/core/media-uri.ts';
import { redact, redactJson } from '../../../src/core/redact.ts';

const CANARY = 'c4n4ry';

/** In this order they make a URI, and some of them none. */
const uri = fc
  .tuple(
    fc.constantFrom('s3', 'S3', 'http', 'https', 'HTTPS', 'ftp', 'x+y', 'file', 'é', ''),
    fc.constantFrom('://', '://', '://', ':///', ':////', '://\\', ':', ':/', ' ://'),
    fc.constantFrom('AKIA:', 'u:', ':', 'u%40:', 'a/b:', 'u:v:', ''),
    fc.array(
      fc.oneof(
        { weight: 3, arbitrary: fc.constant(CANARY) },
        fc.constantFrom('/', '+', '=', '%2F', '%', '%22', '"', "'", '<', ' ', '\n', '\t', ':'),
        fc.constantFrom('@', '?', '#', '\\', 'é', '://', 'http://', 's3://', '&', '%00'),
      ),
      { minLength: 1, maxLength: 6 },
    ),
    fc.constantFrom('@bucket/key.mp4', '@host/', '@host', '@b-1/a@b', '@[::1]/k', '@', '@b/s3://'),
    fc.constantFrom('', '', '?x=1', '/http://x@y/', '/s3://a:b@c/', '@d', ' https://e@f/'),
  )
  .map(([scheme, slashes, user, secret, place, more]) =>
    [scheme, slashes, user, ...secret, place, more].join(''),
  );

/** The credentials that whoever fetches it would use. */
function credentialsOf(parsed: MediaUri): readonly string[] {
  if ('url' in parsed) return [parsed.url.username, parsed.url.password];
  if ('bucket' in parsed) return [parsed.credentials?.secretAccessKey ?? ''];
  // A backend of the user's own looks for them where URLs have them.
  if ('rest' in parsed) return [/^[^/?#]*@/.exec(parsed.rest)?.[0] ?? ''];
  return [];
}

describe('a secret', () => {
  it('of a URI that is taken is hidden wherever the URI is shown', () => {
    let taken = 0;
    fc.assert(
      fc.property(uri, (text) => {
        const parsed = parsedOrNot(text);
        if (parsed === undefined) return;
        const secret = count(credentialsOf(parsed).join(' '));
        if (secret === 0) return;
        taken += 1;
        // In its path there may be more of them, which are none.
        const shownAtMost = count(text) - secret;
        for (const shown of [
          redact(text),
          redact(`before ${text} after`),
          redact(JSON.stringify({ uri: text })),
          JSON.stringify(redactJson([text])),
          JSON.stringify(redactJson({ [text]: 1 })),
        ]) {
          expect(count(shown)).toBeLessThanOrEqual(shownAtMost);
        }
      }),
      { numRuns: 5000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it('of a URI that is refused is not in the message', () => {
    fc.assert(
      fc.property(uri, (text) => {
        try {
          parseMediaUri(text, 'source_path');
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(NommerError);
          expect(thrown).toMatchObject({ code: 'BAD_URI' });
          const { message } = thrown as NommerError;
          expect(message.startsWith('source_path ')).toBe(true);
          // In a path an @ is a character like others.
          if (!/^file:\/\//i.test(text)) expect(message).not.toContain(CANARY);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('of S3 comes out as it went in, whatever characters it has', () => {
    const part = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(part, part, part, (id, secret, key) => {
        fc.pre(!/\0/.test(id + secret + key) && !key.endsWith('/'));
        const encoded = [id, secret]
          .map((each) => encodeURIComponent(each).replaceAll("'", '%27'))
          .join(':');
        expect(parseMediaUri(`s3://${encoded}@bucket/${key}`, 'source_path')).toMatchObject({
          bucket: 'bucket',
          key,
          credentials: { accessKeyId: id, secretAccessKey: secret },
        });
      }),
    );
  });
});

describe('a path', () => {
  it('comes out as it went in, and never leads upwards', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), (names) => {
        const path = names.map((each) => each.toWellFormed().replaceAll(/[/\0]/g, '_'));
        const parsed = parsedOrNot(`file:///${path.map(encodeURIComponent).join('/')}`);
        if (path.includes('..')) expect(parsed).toBeUndefined();
        else if (path.at(-1) !== '.') {
          const kept = path.filter((each) => each !== '.');
          expect(parsed).toMatchObject({ path: `/${kept.join('/')}` });
        }
      }),
    );
  });
});

function count(text: string): number {
  return text.split(CANARY).length - 1;
}

function parsedOrNot(text: string): MediaUri | undefined {
  try {
    return parseMediaUri(text, 'source_path');
  } catch {
    return undefined;
  }
}
