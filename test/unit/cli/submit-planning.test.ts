import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchRequests } from '../../../src/cli/submit/batch-requests.ts';
import { destinationOf, readDestination } from '../../../src/cli/submit/destination.ts';
import { chooseOptions } from '../../../src/cli/submit/job-options.ts';
import { sourceUriOf } from '../../../src/cli/submit/media-uri-of.ts';
import { outputExtension } from '../../../src/cli/submit/output-extension.ts';
import { planRequests } from '../../../src/cli/submit/plan-requests.ts';
import { BUILT_IN_PRESETS } from '../../../src/conf/presets.ts';
import { parseMediaUri } from '../../../src/core/media-uri.ts';

const PRESETS = Object.entries(BUILT_IN_PRESETS).map(([name, preset]) => ({ name, ...preset }));
const MP4 = { extension: 'mp4', suffix: 'h264_web' };
const ODD_NAMES = [
  'my clip.mov',
  '100%.mov',
  '%41#1?.mov',
  'ünï日本🎬.mov',
  'it\'s "q".mov',
  '-i.mov',
  'a\nb.mov',
];

let cwd: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'media-nommer-submit-'));
  await mkdir(join(cwd, 'existing'));
  for (const name of [...ODD_NAMES, 'clip.avi', 'clip.mov']) await writeFile(join(cwd, name), '');
});

afterAll(() => rm(cwd, { recursive: true }));

describe('sources', () => {
  it.each(ODD_NAMES)('finds the file %j again behind its URI', async (name) => {
    const uri = parseMediaUri(await sourceUriOf(name, cwd), 'source_path');
    expect(uri).toMatchObject({ scheme: 'file', path: join(cwd, name) });
  });

  it('leaves URIs as they are, and says what is no file', async () => {
    expect(await sourceUriOf('s3://bucket/a b#.mov', cwd)).toBe('s3://bucket/a b#.mov');
    await expect(sourceUriOf('missing.mov', cwd)).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
    });
    await expect(sourceUriOf('existing', cwd)).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    await expect(sourceUriOf('file://', cwd)).rejects.toMatchObject({ code: 'BAD_URI' });
  });
});

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
    expect(destinationOf(source, folder, MP4)).toBe(output);
  });

  it('are not percent-encoded in S3, whose keys are not', () => {
    const bucket = { kind: 'folder', uri: 's3://ID:SE/CRET@bucket/out/' } as const;
    expect(destinationOf('file:///in/my%20clip.mov', bucket, MP4)).toBe(
      's3://ID:SE/CRET@bucket/out/my clip.mp4',
    );
  });

  it('lie beside the source under another name where none is given', () => {
    const beside = { kind: 'beside' } as const;
    expect(destinationOf('file:///in/clip.mp4', beside, MP4)).toBe('file:///in/clip.h264_web.mp4');
    expect(destinationOf('s3://b/in/clip.mov', beside, MP4)).toBe('s3://b/in/clip.h264_web.mp4');
    expect(() => destinationOf('https://host/clip.mov', beside, MP4)).toThrow('Give --to');
    expect(() => destinationOf('https://host/', folder, MP4)).toThrow('Give --to a full name');
  });

  it('keep the extension of the source where only the nommer knows', () => {
    const unknown = { extension: null, suffix: 'MyNommer' };
    expect(destinationOf('file:///in/clip.wav', folder, unknown)).toBe('file:///out/clip.wav');
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
  it('never writes two outputs to one place', async () => {
    const chosen = await chooseOptions({}, PRESETS);
    const destination = readDestination('out/', cwd);
    const sources = ['clip.avi', 'missing.mov', 'clip.mov', 'my clip.mov'];
    const { requests, refused } = await planRequests(sources, { destination, chosen, cwd });

    expect(requests.map(({ dest_path }) => dest_path)).toEqual([
      `file://${cwd}/out/clip.mp4`,
      `file://${cwd}/out/my%20clip.mp4`,
    ]);
    expect(refused).toMatchObject([
      { source: 'missing.mov', thrown: { code: 'SOURCE_NOT_FOUND' } },
      { source: 'clip.mov', thrown: { message: expect.stringContaining('"clip.avi"') } },
    ]);
  });

  it('goes in batches that feederd takes, in order', () => {
    const request = (index: number, bytes = 0) => ({
      source_path: `file:///${index}`,
      dest_path: 'x'.repeat(bytes),
      job_options: {},
    });
    const small = Array.from({ length: 450 }, (_, index) => request(index));
    expect([...batchRequests(small)].map(({ length }) => length)).toEqual([200, 200, 50]);
    expect([...batchRequests(small)].flat()).toEqual(small);
    const large = [request(0, 200_000), request(1, 200_000), request(2, 900_000)];
    expect([...batchRequests(large)].map(({ length }) => length)).toEqual([1, 1, 1]);
  });
});
