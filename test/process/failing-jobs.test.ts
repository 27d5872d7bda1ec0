import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WireJob } from '../../src/core/job-wire.ts';
import { h264, Installation, waitFor } from './installation.ts';

const run = promisify(execFile);

describe('what cannot work', { timeout: 120_000 }, () => {
  let here: Installation;
  let source: string;

  beforeAll(async () => {
    here = await Installation.create({ JOB_MAX_ATTEMPTS: '2', JOB_RETRY_BACK_OFF: '1' });
    await here.startFeederd();
    source = await here.makeClip('in.mp4', 2);
  });

  afterAll(() => here.destroy());

  async function failed(job: Record<string, unknown>): Promise<WireJob> {
    const id = await here.submitJob({
      source_path: source,
      dest_path: here.uri('out.mp4'),
      job_options: h264(),
      ...job,
    });
    return here.waitForJob(id, 'in ERROR', ({ job_state }) => job_state === 'ERROR');
  }

  const refused: [what: string, body: unknown, code: string, message: RegExp][] = [
    ['no JSON', 'source_path=x', 'BADINPUT', /JSON/],
    ['an empty body', '', 'BADINPUT', /JSON|body/i],
    [
      'a missing source_path',
      { dest_path: 'file:///x.mp4', job_options: h264() },
      'BADINPUT',
      /source_path/,
    ],
    [
      'an unknown nommer',
      {
        source_path: 'file:///a',
        dest_path: 'file:///b',
        job_options: { nommer: 'Foo', options: [] },
      },
      'UNKNOWN_NOMMER',
      /Foo/,
    ],
    [
      'an unknown scheme',
      { source_path: 'gopher://a/b', dest_path: 'file:///b.mp4', job_options: h264() },
      'UNSUPPORTED_SCHEME',
      /gopher/,
    ],
    [
      'a source outside FILE_ROOTS',
      { source_path: 'file:///etc/hostname', dest_path: 'file:///b.mp4', job_options: h264() },
      'SOURCE_FORBIDDEN',
      /FILE_ROOTS/,
    ],
  ];

  it.each(refused)('refuses %s with a code and a message', async (_what, body, code, message) => {
    const answer = await here.submit(body);
    expect(answer).toMatchObject({ success: false, error_code: code });
    expect(answer).toHaveProperty('message', expect.stringMatching(message));
  });

  it('says that a source is missing', async () => {
    const job = await failed({ source_path: here.uri('nothing-here.mp4') });
    expect(job.error_code).toBe('SOURCE_NOT_FOUND');
    expect(job.job_state_details).toContain('nothing-here.mp4');
  });

  it('says that a text file is not media', async () => {
    await writeFile(here.path('letter.mp4'), 'Dear reader,\n'.repeat(1000));
    const job = await failed({ source_path: here.uri('letter.mp4') });
    expect(job.error_code).toBe('SOURCE_NOT_MEDIA');
    expect(job.attempt).toBe(1);
  });

  it('tells FFmpeg’s own error', async () => {
    const job = await failed({ job_options: h264('no-such-preset') });
    expect(job.error_code).toBe('ENCODE_FAILED');
    expect(job.job_state_details).toMatch(/preset/i);
    expect(job.job_state_details).not.toContain(here.dir);
  });

  it('says that the disk is full, after trying again', async ({ skip }) => {
    await mkdir(here.path('small'));
    const mounted = await run('mount', [
      '-t',
      'tmpfs',
      '-o',
      'size=64k',
      'tmpfs',
      here.path('small'),
    ])
      .then(() => true)
      .catch(() => false);
    if (!mounted) skip('a small disk can only be mounted as root');
    try {
      const job = await failed({ dest_path: here.uri('small/out.mp4') });
      expect(job.error_code).toBe('DISK_FULL');
      expect(job.failures).toBe(2);
      expect(job.job_state_details).toContain('small');
      expect(await readdir(here.path('small'))).toEqual([]);
    } finally {
      await run('umount', [here.path('small')]);
    }
  });

  it('leaves nothing behind, and the next job is unharmed', async () => {
    const id = await here.submitJob({
      source_path: source,
      dest_path: here.uri('good.mp4'),
      job_options: h264(),
    });
    await here.finished(id);
    await waitFor('no work files', async () => (await here.workFiles()).length === 0);
    expect(await readdir(here.dir)).not.toContain('out.mp4');
  });
});

describe('without FFmpeg', () => {
  let here: Installation;

  beforeAll(async () => {
    here = await Installation.create({ FFMPEG_PATH: '/nowhere/ffmpeg' });
    await here.startFeederd();
  });

  afterAll(() => here.destroy());

  it('says that FFmpeg is missing and where it was looked for, and waits for it', async () => {
    const source = await here.makeClip('in.mp4', 1);
    const id = await here.submitJob({
      source_path: source,
      dest_path: here.uri('out.mp4'),
      job_options: h264(),
    });
    const job = await here.waitForJob(id, 'tried once', ({ failures }) => failures > 0);
    expect(job).toMatchObject({ job_state: 'PENDING', error_code: 'FFMPEG_MISSING' });
    expect(job.job_state_details).toContain('/nowhere/ffmpeg');
  });
});
