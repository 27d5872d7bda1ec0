import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchRequests } from '../../../src/cli/submit/batch-requests.ts';
import { destinationOf, readDestination } from '../../../src/cli/submit/destination.ts';
import { chooseOptions } from '../../../src/cli/submit/job-options.ts';
import { outputExtension } from '../../../src/cli/submit/output-extension.ts';
import type { SubmitRequest } from '../../../src/core/api-wire.ts';
import { BUILT_IN_PRESETS } from '../../../src/conf/presets.ts';

const PRESETS = Object.entries(BUILT_IN_PRESETS).map(([name, preset]) => ({ name, ...preset }));
const MP4 = { extension: 'mp4', suffix: 'h264_web', template: undefined };
const at = (uri: string) => ({ uri, found: null });
let cwd: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'media-nommer-submit-'));
  await mkdir(join(cwd, 'existing'));
});

afterAll(() => rm(cwd, { recursive: true }));

describe('destinations', () => {
  it('are folders where they end in a slash or exist', () => {
    expect(readDestination('new/', cwd)).toEqual({ kind: 'folder', uri: `file://${cwd}/new/` });
    expect(readDestination('existing', cwd)).toEqual({
      kind: 'folder',
      uri: `file://${cwd}/existing/`,
    });
    expect(readDestination('new', cwd)).toEqual({ kind: 'file', uri: `file://${cwd}/new` });
    expect(readDestination('s3://bucket/dir/', cwd).kind).toBe('folder');
    expect(readDestination('s3://bucket/a.mp4', cwd).kind).toBe('file');
    expect(readDestination(undefined, cwd).kind).toBe('beside');
  });

  const folder = { kind: 'folder', uri: 'file:///out/' } as const;
  it.each([
    ['file:///in/my%20clip.mov', 'file:///out/my%20clip.mp4'],
    ['s3://bucket/in/100% #1?.mov', 'file:///out/100%25%20%231%3F.mp4'],
    ['https://host/v/clip.tar.mov?sig=a/b.c#d', 'file:///out/clip.tar.mp4'],
    ['https://host/a%2F..%2Fb.mov', 'file:///out/a_.._b.mp4'],
    ['file:///in/.hidden', 'file:///out/.hidden.mp4'],
    ['file:///in/README', 'file:///out/README.mp4'],
  ])('of %s in a folder is %s', (source, output) => {
    expect(destinationOf(at(source), folder, MP4)).toBe(output);
  });

  it('are not percent-encoded in S3, whose keys are not', () => {
    const bucket = { kind: 'folder', uri: 's3://ID:SE/CRET@bucket/out/' } as const;
    expect(destinationOf(at('file:///in/my%20clip.mov'), bucket, MP4)).toBe(
      's3://ID:SE/CRET@bucket/out/my clip.mp4',
    );
  });

  it('lie beside the source under another name where none is given', () => {
    const beside = { kind: 'beside' } as const;
    expect(destinationOf(at('file:///in/clip.mp4'), beside, MP4)).toBe(
      'file:///in/clip.h264_web.mp4',
    );
    expect(destinationOf(at('s3://b/in/clip.mov'), beside, MP4)).toBe(
      's3://b/in/clip.h264_web.mp4',
    );
    expect(() => destinationOf(at('https://host/clip.mov'), beside, MP4)).toThrow('Give --to');
    expect(() => destinationOf(at('https://host/'), folder, MP4)).toThrow('Give --to a full name');
  });

  it('keep the extension of the source where only the nommer knows', () => {
    const unknown = { extension: null, suffix: 'MyNommer', template: undefined };
    expect(destinationOf(at('file:///in/clip.wav'), folder, unknown)).toBe('file:///out/clip.wav');
  });
});

describe('options', () => {
  it.each([
    ['h264_web', 'mp4'],
    ['av1_web', 'webm'],
    ['audio', 'm4a'],
    ['poster', 'jpg'],
    ['web_medium', 'mp4'],
  ])('of preset %s make a .%s', async (preset, extension) => {
    const chosen = await chooseOptions({ preset }, PRESETS);
    expect(chosen).toEqual({ jobOptions: { options: preset }, extension, suffix: preset });
  });

  it('are h264_web where nothing is said, and an error where the preset is unknown', async () => {
    expect((await chooseOptions({}, PRESETS)).jobOptions).toEqual({ options: 'h264_web' });
    await expect(chooseOptions({ preset: 'nope' }, PRESETS)).rejects.toMatchObject({
      code: 'UNKNOWN_PRESET',
    });
  });

  it('come from a file, over a preset or alone', async () => {
    const file = join(cwd, 'options.json');
    const pass = { outfile_options: [['f', 'matroska']] };
    await writeFile(file, JSON.stringify(pass));
    expect(
      (await chooseOptions({ options: file, preset: 'h264_web' }, PRESETS)).jobOptions,
    ).toEqual({
      options: { ...pass, preset: 'h264_web' },
    });
    await writeFile(file, JSON.stringify([pass]));
    expect(await chooseOptions({ options: file }, PRESETS)).toEqual({
      jobOptions: { options: [pass] },
      extension: 'mkv',
      suffix: 'encoded',
    });
    await expect(
      chooseOptions({ options: file, preset: 'h264_web' }, PRESETS),
    ).rejects.toMatchObject({ code: 'BAD_OPTION' });
    await writeFile(file, 'no json');
    await expect(chooseOptions({ options: file }, PRESETS)).rejects.toMatchObject({
      code: 'BAD_OPTION',
    });
  });

  it('of another nommer are its own matter', async () => {
    const chosen = await chooseOptions({ nommer: 'MyNommer', preset: 'anything' }, PRESETS);
    expect(chosen.jobOptions).toEqual({ nommer: 'MyNommer', options: 'anything' });
    expect(chosen.extension).toBeNull();
  });

  it('let no odd format into a name', () => {
    expect(() => outputExtension([{ outfile_options: [['f', '../x']] }])).toThrow('../x');
    expect(
      outputExtension([
        {
          outfile_options: [
            ['c:a', 'flac'],
            ['f', 'flac'],
          ],
        },
      ]),
    ).toBe('flac');
  });
});

describe('a submit of several sources', () => {
  it('goes in batches that feederd takes, in order', () => {
    const request = (index: number, bytes = 0) => ({
      source_path: `file:///${index}`,
      dest_path: 'x'.repeat(bytes),
      job_options: {},
    });
    const itself = (each: SubmitRequest) => each;
    const small = Array.from({ length: 450 }, (_, index) => request(index));
    expect([...batchRequests(small, itself)].map(({ length }) => length)).toEqual([200, 200, 50]);
    expect([...batchRequests(small, itself)].flat()).toEqual(small);
    const large = [request(0, 200_000), request(1, 200_000), request(2, 900_000)];
    expect([...batchRequests(large, itself)].map(({ length }) => length)).toEqual([1, 1, 1]);
  });
});
