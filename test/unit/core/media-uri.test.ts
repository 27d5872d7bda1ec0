import { describe, expect, it } from 'vitest';
import { parseMediaUri } from '../../../src/core/media-uri.ts';

const parse = (text: string) => parseMediaUri(text, 'source_path');

describe('parseMediaUri', () => {
  it.each([
    ['s3://my-bucket/a/b c.mp4', 'my-bucket', 'a/b c.mp4', null],
    ['S3://bucket/key@home:8.mp4', 'bucket', 'key@home:8.mp4', null],
    ['s3://AKIA:se/cr+et=@bucket/k', 'bucket', 'k', ['AKIA', 'se/cr+et=']],
    ['s3://AKIA:se%2Fcr%2Bet@bucket/k@2', 'bucket', 'k@2', ['AKIA', 'se/cr+et']],
    ['s3://AKIA:100%@bucket/100%.mp4', 'bucket', '100%.mp4', ['AKIA', '100%']],
  ])('takes %s apart', (text, bucket, key, credentials) => {
    expect(parse(text)).toStrictEqual({
      scheme: 's3',
      text,
      bucket,
      key,
      credentials:
        credentials === null
          ? null
          : { accessKeyId: credentials[0], secretAccessKey: credentials[1] },
    });
  });

  it.each([
    ['file:///media/in.mp4', '/media/in.mp4'],
    ['file://localhost/media//./in.mp4', '/media/in.mp4'],
    ['file:///media/a%20b%23.mp4', '/media/a b#.mp4'],
    ['file:///media/100%.mp4', '/media/100%.mp4'],
    ['file:///media/a b "c" \'d\'\n-é.mp4', '/media/a b "c" \'d\'\n-é.mp4'],
  ])('finds the path in %j', (text, path) => {
    expect(parse(text)).toStrictEqual({ scheme: 'file', text, path });
  });

  it('keeps an http URL as it is', () => {
    const uri = parse('https://user:pw@host:8443/a.mp4?x=1');
    expect(uri).toMatchObject({
      scheme: 'https',
      url: new URL('https://user:pw@host:8443/a.mp4?x=1'),
    });
  });

  it('leaves what follows an unknown scheme to its storage backend', () => {
    expect(parse('gopher://what/ever')).toStrictEqual({
      scheme: 'gopher',
      text: 'gopher://what/ever',
      rest: 'what/ever',
      custom: true,
    });
  });

  it.each([
    ['', 'has no scheme'],
    ['in.mp4', 'has no scheme'],
    ['/media/in.mp4', 'has no scheme'],
    ['file://media/in.mp4', 'must be file:/// and an absolute path'],
    ['file:///media/../etc/passwd', 'may not contain ".."'],
    ['file:///media/%2e%2e/etc/passwd', 'may not contain ".."'],
    ['file:///media/%2E./x', 'may not contain ".."'],
    ['file:///media/..%2fx', 'may not contain ".."'],
    ['file:///media/', 'names a folder'],
    ['file:///a\0b', 'contains a NUL'],
    ['file:///a%00b', 'contains a NUL'],
    ['s3://bucket', 'the key is missing'],
    ['s3://bucket/', 'the key is missing'],
    ['s3://bucket/folder/', 'the key is missing'],
    ['s3:///key', 'has no valid bucket name'],
    ['s3://buc ket/key', 'has no valid bucket name'],
    ['http://', 'is not a valid URL'],
    ['http://host:99999/', 'is not a valid URL'],
    [`file:///${'a'.repeat(5000)}`, 'is longer than 4096'],
  ])('refuses %j', (text, why) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code: 'BAD_URI', message: expect.stringContaining(why) }),
    );
  });

  it.each(['://', 's3://a:', 's3://a:b@', 'https://', 'https://a@', 'file://', '%41', '@', 'a'])(
    'refuses a megabyte of %s at once, and shows nothing of it',
    (piece) => {
      // An expression that starts anew at every piece takes minutes.
      const text = piece.repeat(2 ** 20 / piece.length);
      expect(() => parse(text)).toThrow(
        `source_path is longer than 4096 characters; received ${text.length}`,
      );
    },
  );

  it('names the field and what was received', () => {
    expect(() => parseMediaUri('nowhere', 'dest_path')).toThrow(
      'dest_path has no scheme: give file:///…, http(s)://… or s3://BUCKET/KEY; received "nowhere"',
    );
  });

  it.each([
    's3://AKIA:sec"ret@bucket/key',
    's3://AKIA:sec ret@bucket/key',
    's3://AKIA:sec@ret@bucket/key',
    's3://AKIA:sec"ret@bucket',
    's3://AKIA:sec"ret@bucket/http://user@host/',
    'ftp://user:secret@ret@host/',
    'https://user:sec"ret@host/',
    'https://\\/user:secret@host/',
    'https://user:sec<ret@host/',
  ])('takes no credentials that could not be hidden, and shows none: %s', (text) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ message: expect.not.stringMatching(/sec|ret@/) }),
    );
  });

  it.each(['https:user:secret@host/a', 'AKIA:secret@bucket/key', 'file://user:secret@host/a'])(
    'shows nothing of the credentials in what is no URI: %s',
    (text) => {
      expect(() => parse(text)).toThrow(
        expect.objectContaining({
          code: 'BAD_URI',
          message: expect.not.stringContaining('secret'),
        }),
      );
    },
  );
});
