import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMediaUri } from '../../../src/core/media-uri.ts';
import { redact, redactJson } from '../../../src/core/redact.ts';

describe('redact', () => {
  it.each([
    ['s3://AKIA:se/cr+et@bucket/key.mp4', 's3://***@bucket/key.mp4'],
    ['s3://AKIA:se%2Fcret%22@bucket/key.mp4', 's3://***@bucket/key.mp4'],
    ['S3://AKIA:secret@bucket/a@b.mp4', 'S3://***@bucket/a@b.mp4'],
    ['ftp://user:secret@host/file', 'ftp://***@host/file'],
    ['foo://secret@host/file', 'foo://***@host/file'],
    ['foo://secret@host:80/file', 'foo://***@host:80/file'],
    ['s3://secret@bucket/key.mp4', 's3://***@bucket/key.mp4'],
    ['https://user:secret@host/file', 'https://***@host/file'],
    ['https://user:sec@ret@host/file', 'https://***@host/file'],
    ['http://:secret@host:8001', 'http://***@host:8001'],
    ['https://secret@host/', 'https://***@host/'],
    ['https://host/a?X-Amz-Signature=secret&x=1', 'https://host/a?X-Amz-Signature=***&x=1'],
    ['https://host/a?x=1&sig=secret', 'https://host/a?x=1&sig=***'],
    ['https://host/a?access_token=secret#t', 'https://host/a?access_token=***#t'],
    ['https://host/a?api-key=secret', 'https://host/a?api-key=***'],
    ['https:///user:secret@host/file', 'https:///***@host/file'],
    ['https://host/a#access_token=secret', 'https://host/a#access_token=***'],
    ['https://host/a?auth[token]=secret', 'https://host/a?auth[token]=***'],
    ['https://host/a?alt=media&key=secret', 'https://host/a?alt=media&key=***'],
    ['https://host/a?pwd=secret;pass=secret', 'https://host/a?pwd=***;pass=***'],
    ['https://host/a?x=1?sig=secret?more', 'https://host/a?x=1?sig=***'],
    ['the secret "whsec_AbC+/d==" and more', 'the secret "whsec_***" and more'],
  ])('hides the secret of %s', (text, shown) => {
    expect(redact(text)).toBe(shown);
  });

  it('hides secrets of any length, and such with names of any length', () => {
    const secret = 'secret'.repeat(2000);
    expect(redact(`s3://AKIA:${secret}@bucket/key`)).toBe('s3://***@bucket/key');
    expect(redact(`https://host/a?sig=${secret}&x=1`)).toBe('https://host/a?sig=***&x=1');
    const name = `${'my-'.repeat(50)}sig`;
    expect(redact(`https://host/a?${name}=secret`)).toBe(`https://host/a?${name}=***`);
  });

  it.each([
    's3://bucket/key.mp4',
    's3://bucket/some@key:with.mp4',
    's3://bucket/some@key.mp4',
    'foo://host?to=me@here',
    'foo://host#me@here',
    'https://host/path@home?size=1',
    'file:///home/me:you@here/a.mp4',
    'mail me@example.org at 10:30',
  ])('leaves %s as it is', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('hides every secret of a line of JSON and leaves the line JSON', () => {
    const line = JSON.stringify({
      from: 's3://A:se/cr+et@b/k',
      to: 'https://u:secret@h/',
      by: 'a@b',
    });
    expect(JSON.parse(redact(line))).toStrictEqual({
      from: 's3://***@b/k',
      to: 'https://***@h/',
      by: 'a@b',
    });
  });

  it('changes nothing more when it is applied again', () => {
    const piece = fc.constantFrom(
      's3://',
      'https://',
      ':',
      '@',
      '/',
      '?sig=',
      '&',
      ' ',
      '"',
      'a',
      'b',
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        (text) => {
          expect(redact(redact(text))).toBe(redact(text));
        },
      ),
    );
  });

  it.each([
    ['s3', /[^@]/],
    ['http', /[^@/?#\\]/],
    ['https', /[^@/?#\\]/],
  ])('hides the credentials of every %s URI, whether it is taken or refused', (scheme, allowed) => {
    const character = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 1 });
    const secret = fc
      .array(
        character.filter((each) => allowed.test(each)),
        { minLength: 12, maxLength: 40 },
      )
      .map((characters) => characters.join(''));
    fc.assert(
      fc.property(secret, (given) => {
        expect(shownOf(`${scheme}://ID:${given}@bucket/key.mp4`)).not.toContain(given);
      }),
      { numRuns: 1000 },
    );
  });

  const starts = ['', 's3://', 's3://a:', 'https://', '?', '?sig='];
  const pieces = ['://', 's3://', 's3://a:', 'https://', 'https://a:', 'x+', 'a.', 'a', 'sig'];
  it.each([...pieces, 'api-', '?sig', '?a=', '?', ':', '/', '@', 's3://a:b@', 'https://a@'])(
    'does not hang on a megabyte of %s',
    (piece) => {
      for (const start of starts) {
        // An expression that looks at it all from every start takes minutes.
        const text = `${start}${piece.repeat(2 ** 20 / piece.length)}`;
        expect(redact(redact(text))).toBe(redact(text));
      }
    },
  );

  it('looks through what follows the start of a URI once, not from every start anew', () => {
    // Looking only some thousand characters ahead from each start takes more than the time a test has.
    const text = 's3://a:'.repeat(2_500_000);
    expect(redact(text)).toBe(text);
    expect(redact(`${text}secret@bucket/`)).toBe('s3://***@bucket/');
  });
});

describe('redactJson', () => {
  it('hides credentials however deep they are, and changes nothing else', () => {
    const given = { a: [1, null, true, { 's3://I:S@b/': ['https://u:p@h/', 'x'] }], b: 'x' };
    expect(redactJson(given)).toEqual({
      a: [1, null, true, { 's3://***@b/': ['https://***@h/', 'x'] }],
      b: 'x',
    });
  });
});

function shownOf(uri: string): string {
  try {
    return redact(parseMediaUri(uri, 'source_path').text);
  } catch (thrown) {
    return String(thrown);
  }
}
