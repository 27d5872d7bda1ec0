import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseOutputFile } from '../../../src/cli/demo/choose-output-file.ts';
import { checkEncoders } from '../../../src/cli/doctor/check-ffmpeg.ts';
import { explainError } from '../../../src/cli/explain-error.ts';
import { feederdUrl } from '../../../src/cli/feederd-url.ts';
import { FeederdUnreachable } from '../../../src/client/feederd-error.ts';
import { NommerError } from '../../../src/core/errors.ts';

describe('where feederd is', () => {
  it.each([
    ['127.0.0.1', 8001, 'http://127.0.0.1:8001'],
    ['0.0.0.0', 80, 'http://127.0.0.1:80'],
    ['::', 8001, 'http://[::1]:8001'],
    ['10.0.0.5', 8001, 'http://10.0.0.5:8001'],
  ])('listening on %s port %d, it is called at %s', (feederdHost, feederdPort, url) => {
    expect(feederdUrl({ feederdHost, feederdPort })).toBe(url);
  });
});

describe('errors for people', () => {
  it('say what to do where feederd does not run, without its token', () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const failed = new TypeError('fetch failed', { cause: refused });
    const thrown = new FeederdUnreachable(new URL('http://localhost:8001'), failed);
    expect(explainError(thrown, 'http://:s3cr3tt0ken@localhost:8001')).toBe(
      'Cannot reach feederd at http://***@localhost:8001 (connection refused). ' +
        'Is it running? Start it with: npm run feederd',
    );
  });

  it('do not blame feederd where AWS cannot be reached', () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const thrown = new NommerError('UNAVAILABLE', 'DynamoDB: refused', { cause: refused });
    expect(explainError(thrown, 'http://localhost:8001')).toBe('DynamoDB: refused');
  });

  it('have no stack trace when they are expected, and one when they are not', () => {
    const thrown = new NommerError('UNAVAILABLE', 'The job store is away');
    expect(explainError(thrown, 'http://localhost:8001')).toBe('The job store is away');
    expect(explainError(new TypeError('bug'), undefined)).toContain('at ');
  });
});

describe('the encoders of an FFmpeg', () => {
  const list = (...names: string[]) => names.map((name) => ` V....D ${name}   about it`).join('\n');

  it('are missed by name, as a problem only where one cannot do without', () => {
    const all = list('libx264', 'aac', 'libsvtav1', 'libopus');
    expect(checkEncoders(all).verdict).toBe('ok');
    const old = checkEncoders(list('libx264', 'libx264rgb', 'aac', 'libopus'));
    expect(old).toMatchObject({ verdict: 'warning', found: 'without libsvtav1' });
    const free = checkEncoders(list('libx264rgb', 'aac', 'libsvtav1', 'libopus'));
    expect(free).toMatchObject({ verdict: 'problem', found: 'without libx264' });
  });
});

describe("the demo's output", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'media-nommer-output-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('gets a name beside the source that nobody has', async () => {
    const choose = () =>
      chooseOutputFile(join(dir, 'my.mov'), { suffix: 'h264_web', fallbackDir: '/nowhere' });
    expect(await choose()).toBe(join(dir, 'my.h264_web.mp4'));
    await writeFile(join(dir, 'my.h264_web.mp4'), '');
    expect(await choose()).toBe(join(dir, 'my.h264_web-2.mp4'));
  });
});
