import { describe, expect, it } from 'vitest';
import { NommerError } from '../../../../src/core/errors.ts';
import { readSubmit, type SubmitRules } from '../../../../src/feederd/api/read-submit.ts';

const TWO_PASSES = [
  {
    outfile_options: [
      ['vcodec', 'libx264'],
      ['b', '400k'],
      ['pass', '1'],
      ['an', null],
    ],
  },
  {
    outfile_options: [
      ['vcodec', 'libx264'],
      ['b', '400k'],
      ['pass', '2'],
    ],
    move_atom_to_front: true,
  },
];
const RULES: SubmitRules = {
  presets: { two: { description: '', options: TWO_PASSES } },
  nommers: { SleepNommer: './sleep.ts' },
  fileRoots: ['/'],
  storageSchemes: ['file', 's3', 'https'],
  notifySecrets: [],
  httpAllowedNetworks: ['10.1.0.0/16'],
};
const WEBHOOK_SECRET = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const GOOD = {
  source_path: 'file:///in.mov',
  dest_path: 'file:///out.mp4',
  job_options: { options: TWO_PASSES },
};

function read(body: unknown, idempotencyKey?: string) {
  return readSubmit(body, RULES, { strict: true, idempotencyKey, submitter: null });
}

function refusal(body: unknown, key?: string): string {
  try {
    read(body, key);
  } catch (thrown: unknown) {
    if (thrown instanceof NommerError) return `${thrown.code}: ${thrown.message}`;
    throw thrown;
  }
  return 'accepted';
}

describe('readSubmit', () => {
  it('reads a job as it is meant', () => {
    const metadata = { id: 7 };
    expect(read({ ...GOOD, notify_url: 'https://app/done?a=b', metadata })).toEqual({
      uniqueId: expect.stringMatching(/^[0-9a-f]{32}$/),
      sourcePath: GOOD.source_path,
      destPath: GOOD.dest_path,
      nommer: 'FFmpegNommer',
      options: TWO_PASSES,
      notifyUrl: 'https://app/done?a=b',
      notify: null,
      metadata,
      submitter: null,
      requestHash: null,
    });
  });

  it.each([null, undefined, ''])('takes a notify_url of %j for nobody to tell', (notify_url) => {
    expect(read({ ...GOOD, notify_url }).notifyUrl).toBeNull();
  });

  it('knows the nommer of 2012 by its dotted path, and custom ones by name', () => {
    const nommer = 'media_nommer.ec2nommerd.nommers.ffmpeg.FFmpegNommer';
    expect(read({ ...GOOD, job_options: { nommer, options: 'two' } }).nommer).toBe('FFmpegNommer');
    const custom = read({ ...GOOD, job_options: { nommer: 'SleepNommer', options: 'two' } });
    expect(custom).toMatchObject({ nommer: 'SleepNommer', options: 'two' });
    expect(read({ ...GOOD, job_options: { nommer: 'SleepNommer' } }).options).toBeNull();
  });

  it('puts a preset in, with overrides in every pass', () => {
    expect(read({ ...GOOD, job_options: { options: 'two' } }).options).toEqual(TWO_PASSES);
    const options = {
      preset: 'two',
      infile_options: { ss: 5 },
      outfile_options: [
        ['b', '800k'],
        ['g', 120],
      ],
      move_atom_to_front: false,
    };
    const infile_options = [['ss', '5']];
    const codec = [
      ['vcodec', 'libx264'],
      ['b', '800k'],
    ];
    expect(read({ ...GOOD, job_options: { options } }).options).toEqual([
      {
        infile_options,
        outfile_options: [...codec, ['pass', '1'], ['an', null], ['g', '120']],
        move_atom_to_front: false,
      },
      {
        infile_options,
        outfile_options: [...codec, ['pass', '2'], ['g', '120']],
        move_atom_to_front: false,
      },
    ]);
  });

  it.each([
    ['no object', 'x', /^BADINPUT: The request must be a JSON object; received "x"$/],
    [
      'no destination',
      { ...GOOD, dest_path: undefined },
      /^BADINPUT: dest_path .*received nothing$/,
    ],
    [
      'an unknown scheme',
      { ...GOOD, dest_path: 'ftp://h/x' },
      /^UNSUPPORTED_SCHEME: dest_path .*file, s3, https; received "ftp:/,
    ],
    [
      'a scheme of no backend',
      { ...GOOD, source_path: 'http://h/x' },
      /^UNSUPPORTED_SCHEME: source_path/,
    ],
    [
      'a notify_url that is no web address',
      { ...GOOD, notify_url: 'file:///x' },
      /^BAD_URI: notify_url/,
    ],
    [
      'metadata that is a list',
      { ...GOOD, metadata: [1] },
      /^BADINPUT: metadata must be an object; received \[1\]$/,
    ],
    [
      'much metadata',
      { ...GOOD, metadata: { a: 'é'.repeat(2100) } },
      /^BADINPUT: metadata is over 4096 bytes/,
    ],
    [
      'an unknown nommer',
      { ...GOOD, job_options: { nommer: 'toString' } },
      /^UNKNOWN_NOMMER: .*FFmpegNommer, SleepNommer; received "toString"$/,
    ],
    [
      'an unknown preset',
      { ...GOOD, job_options: { options: 'constructor' } },
      /^UNKNOWN_PRESET: .*known are two; received "constructor"$/,
    ],
    [
      'a preset that is no name',
      { ...GOOD, job_options: { options: { preset: 5 } } },
      /^BAD_OPTION: .*received 5$/,
    ],
    [
      'a wrong override',
      { ...GOOD, job_options: { options: { preset: 'two', b: '1k' } } },
      /^BAD_OPTION/,
    ],
    [
      'a reserved option',
      { ...GOOD, job_options: { options: [{ outfile_options: [['i', 'x']] }] } },
      /^BAD_OPTION: .*"i"/,
    ],
    [
      'an unknown field inside',
      { ...GOOD, job_options: { nommr: 'x' } },
      /^BADINPUT: There is no field "job_options.nommr"$/,
    ],
    [
      'huge options',
      { ...GOOD, job_options: { nommer: 'SleepNommer', options: 'x'.repeat(70_000) } },
      /^BAD_OPTION: .*65536 bytes/,
    ],
    ['an empty key', { ...GOOD, idempotency_key: '' }, /^BADINPUT: idempotency_key is empty/],
  ])('refuses %s', (_what, body, message) => {
    expect(refusal(body)).toMatch(message);
  });

  it.each([
    ['s3://bucket/a/b.mov', 's3://ID:SECRET@bucket/a/b.mov'],
    ['file:///media/in.mov', 'file://localhost/media/./in.mov'],
    ['https://h/in.mov', 'https://h:443/in.mov'],
  ])('refuses to write %s over itself', (source_path, dest_path) => {
    const said = refusal({ ...GOOD, source_path, dest_path });
    expect(said).toMatch(/^BADINPUT: dest_path is where the source is/);
    expect(said).not.toContain('SECRET');
  });

  it.each([
    ['source_path', { source_path: 'https://169.254.169.254/latest/meta-data/' }],
    ['dest_path', { dest_path: 'https://127.1:8001/out.mp4' }],
    ['notify_url', { notify_url: 'http://[::ffff:a00:1]/' }],
    ['notify.url', { notify: { url: 'http://localhost/', secret: WEBHOOK_SECRET } }],
  ])('refuses a %s that names an address outside what is allowed', (field, part) => {
    const said = refusal({ ...GOOD, ...part });
    expect(said).toMatch(/^ADDRESS_FORBIDDEN: .*HTTP_ALLOWED_NETWORKS; received "http/);
    expect(said).toContain(` ${field}: `);
  });

  it('takes addresses that are public or in HTTP_ALLOWED_NETWORKS, and all names', () => {
    const notify_url = 'http://10.1.2.3/done';
    const body = { ...GOOD, source_path: 'https://8.8.8.8/in.mov', notify_url };
    expect(read(body)).toMatchObject({ notifyUrl: notify_url });
    expect(refusal({ ...GOOD, dest_path: 'https://internal.example/out.mp4' })).toBe('accepted');
  });

  it('derives the id from a key, and tells requests under one key apart', () => {
    const first = read(GOOD, 'key');
    expect(first.uniqueId).toMatch(/^[0-9a-f]{32}$/);
    expect(read({ ...GOOD, idempotency_key: 'key' })).toEqual(first);
    const other = read({ ...GOOD, metadata: { a: 1 } }, 'key');
    expect(other.uniqueId).toBe(first.uniqueId);
    expect(other.requestHash).not.toBe(first.requestHash);
    expect(read(GOOD, 'other key').uniqueId).not.toBe(first.uniqueId);
  });

  it('takes a request for the same after its preset has changed', () => {
    const body = { ...GOOD, job_options: { options: 'two' } };
    const presets = { two: { description: '', options: TWO_PASSES.slice(0, 1) } };
    const later = readSubmit(
      body,
      { ...RULES, presets },
      { strict: true, idempotencyKey: 'key', submitter: null },
    );
    expect(later.requestHash).toBe(read(body, 'key').requestHash);
  });

  it('refuses a key from the header that is too long', () => {
    expect(refusal(GOOD, 'k'.repeat(256))).toMatch(/^BADINPUT: Idempotency-Key/);
  });
});
