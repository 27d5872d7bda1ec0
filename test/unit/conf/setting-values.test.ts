import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { apiTokens } from '../../../src/conf/api-tokens.ts';
import { BUILT_IN_PRESETS } from '../../../src/conf/presets.ts';
import { complaintAbout, parse } from './try-settings.ts';

describe('values', () => {
  it.each([
    [{ BACKEND: 'gcp' }, 'BACKEND must be one of "local", "aws"; received "gcp"'],
    [
      { FEEDERD_PORT: '8001' },
      'FEEDERD_PORT must be a whole number from 0 to 65535; received "8001"',
    ],
    [{ FEEDERD_PORT: 65_536 }, 'received 65536'],
    [{ NOTIFY_TIMEOUT: 0 }, 'NOTIFY_TIMEOUT must be a number of seconds above 0'],
    [{ NOTIFY_TIMEOUT: 3_000_000 }, 'at most 2000000; received 3000000'],
    [{ NOTIFY_TIMEOUT: Number.NaN }, 'NOTIFY_TIMEOUT must be a number'],
    [{ MAX_NUM_EC2_INSTANCES: 1.5 }, 'received 1.5'],
    [
      { MAX_ENCODING_JOBS_PER_EC2_INSTANCE: 0 },
      'must be a whole number from 1 to 1000; received 0',
    ],
    [{ S3_ENDPOINT: 'localhost:9000' }, 'S3_ENDPOINT must be an http or https URL'],
    [
      { S3_ENDPOINT: 'https://user:hunter2@minio.local' },
      'S3_ENDPOINT must be an http or https URL without user and password; received "https://***@minio.local"',
    ],
    [{ SQS_ENDPOINT: 'http://user@10.0.0.5:4566/' }, 'without user and password'],
    [
      { EC2_SUBNETS: ['subnet-1', 'my-subnet'] },
      'EC2_SUBNETS must be a list of ids like "subnet-0123abcd" (see its 1)',
    ],
    [{ DATA_DIR: '' }, 'DATA_DIR must be a path; received ""'],
    [{ FILE_ROOTS: '/a' }, 'FILE_ROOTS must be a list of paths; received "/a"'],
    [
      { FILE_ROOTS: ['/a', 1] },
      'FILE_ROOTS must be a list of paths (see its 1); received ["/a",1]',
    ],
    [
      { EC2_MARKET: 'Spot' },
      'EC2_MARKET must be one of "on-demand", "spot", "spot-then-on-demand"',
    ],
    [{ PRESETS: { mine: { opts: [] } } }, 'PRESETS must be an object of presets'],
    [{ PRESETS: { mine: { options: [() => 0] } } }, '(see its mine.options'],
    [
      { STORAGE_BACKENDS: { FTP: './ftp.ts' } },
      'STORAGE_BACKENDS must be an object of URI schemes',
    ],
    [{ API_TOKENS: ['short'] }, 'API_TOKENS must be a list of tokens'],
    [
      { NOTIFY_SECRETS: 'whsec_AAAA' },
      'NOTIFY_SECRETS must be whsec_ and 24 to 64 random bytes in base64, or a list of such; received a string that is not shown here',
    ],
  ])('%j are told about', (nomconf, message) => {
    expect(complaintAbout(nomconf)).toContain(message);
  });

  it('that are wrong are told about all together', () => {
    expect(
      complaintAbout({ FEEDERD_PROT: 1, LOG_LEVEL: 'loud', NOTIFY_TIMEOUT: -1 }).split('\n'),
    ).toHaveLength(4);
  });

  it('of secrets are never shown', () => {
    const message = complaintAbout({
      API_TOKENS: ['hunter2'],
      AWS_SECRET_ACCESS_KEY: { key: 'hunter2' },
    });
    expect(message).not.toContain('hunter2');
    expect(message).toContain('AWS_SECRET_ACCESS_KEY must be a text that is not empty; received a');
  });

  it('cannot be changed afterwards, however deep they are', () => {
    const { fileRoots, presets } = parse({ PRESETS: { mine: { options: [{ a: ['b'] }] } } });
    expect(() => (fileRoots as string[]).push('/')).toThrow(TypeError);
    const options = presets['mine']?.options as [{ a: string[] }] | undefined;
    expect(() => options?.[0].a.push('c')).toThrow(TypeError);
  });
});

describe('paths', () => {
  it('become absolute; programs are looked for in PATH and packages as Node does', () => {
    const settings = parse({
      DATA_DIR: 'data',
      FILE_ROOTS: ['media', '/abs/../media'],
      FFMPEG_PATH: './bin/ffmpeg',
      FFPROBE_PATH: 'ffprobe7',
      NOMMERS: { a: './a.ts', b: 'package/b', c: '/abs/c.js' },
      STORAGE_BACKENDS: { ftp: '../ftp.ts' },
    });
    expect(settings).toMatchObject({
      dataDir: '/srv/nommer/data',
      fileRoots: ['/srv/nommer/media', '/media'],
      ffmpegPath: '/srv/nommer/bin/ffmpeg',
      ffprobePath: 'ffprobe7',
      nommers: { a: '/srv/nommer/a.ts', b: 'package/b', c: '/abs/c.js' },
      storageBackends: { ftp: '/srv/ftp.ts' },
    });
  });
});

describe('STORAGE_BACKENDS of 2012', () => {
  it('mean the built-in ones', () => {
    const classOf2012 = 'media_nommer.core.storage_backends.s3.S3Backend';
    expect(
      parse({ STORAGE_BACKENDS: { s3: classOf2012, http: classOf2012, mine: 'pkg' } })
        .storageBackends,
    ).toStrictEqual({ mine: 'pkg' });
    expect(complaintAbout({ STORAGE_BACKENDS: { gopher: classOf2012 } })).toContain(
      'STORAGE_BACKENDS must',
    );
  });
});

describe('PRESETS', () => {
  it('go over the built-in ones', () => {
    const [name] = Object.keys(BUILT_IN_PRESETS);
    const options = [{ outfile_options: { vcodec: 'libx264' } }];
    const { presets } = parse({
      PRESETS: { mine: { options }, [String(name)]: { description: 'my own', options } },
    });
    expect(presets['mine']).toStrictEqual({ description: '', options });
    expect(presets[String(name)]).toStrictEqual({ description: 'my own', options });
    expect(Object.keys(presets)).toHaveLength(Object.keys(BUILT_IN_PRESETS).length + 1);
  });
});

describe('API_TOKENS', () => {
  it('are kept as hashes, with what they allow', () => {
    const all = ['submit', 'read', 'control'];
    const tokens = apiTokens.schema.parse([
      'a-token-of-16-or-more',
      { name: 'shop', token: 'another-token-of-it', scopes: ['submit'], onlyOwn: true },
      { name: 'ops', sha256: sha256('third').toUpperCase() },
    ]);
    const first = sha256('a-token-of-16-or-more');
    expect(tokens).toStrictEqual([
      { name: `token ${first.slice(0, 8)}`, sha256: first, scopes: all, onlyOwn: false },
      { name: 'shop', sha256: sha256('another-token-of-it'), scopes: ['submit'], onlyOwn: true },
      { name: 'ops', sha256: sha256('third'), scopes: all, onlyOwn: false },
    ]);
  });

  it.each(['', 'a\nb', '\u202eb', 'x'.repeat(65)])(
    'have names that a log can hold, not %j',
    (name) => {
      expect(apiTokens.schema.safeParse([{ name, sha256: sha256('a') }]).success).toBe(false);
    },
  );
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
