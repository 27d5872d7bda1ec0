import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/core/json.ts';
import { CLIP, makeMedia, nomAFile, onePass, openDirectory, topLevelAtoms } from './nom-a-file.ts';

let media: string;
let clip: string;

beforeAll(async () => {
  media = await openDirectory(afterAll);
  clip = await makeMedia(join(media, 'clip.mp4'), CLIP);
});

const H264 = { 'c:v': 'libx264', preset: 'ultrafast', 'c:a': 'aac' };

describe('a good job', () => {
  it('tells the facts of source and output', async () => {
    const { result, workDir } = await nomAFile(clip, onePass({ ...H264, vf: 'scale=160:-2' }));
    expect(result.source).toMatchObject({
      format: 'mov,mp4,m4a,3gp,3g2,mj2',
      video: { codec: 'h264', width: 320, height: 180, frameRate: 25, pixelFormat: 'yuv420p' },
      audio: { codec: 'aac', profile: 'LC', sampleRate: 44100, channels: 1 },
    });
    expect(result.source?.duration).toBeCloseTo(2, 1);
    expect(result.outputs).toHaveLength(1);
    const [output] = result.outputs;
    expect(output?.file).toBe(join(workDir, 'output.mp4'));
    expect(output?.facts).toMatchObject({ video: { codec: 'h264', width: 160, height: 90 } });
    expect(output?.facts.duration).toBeCloseTo(2, 1);
    expect(output?.facts.size).toBeGreaterThan(1000);
  });

  it('tells progress over all passes, which never goes back and ends at 100', async () => {
    const two = [
      { outfile_options: { 'c:v': 'libx264', 'b:v': '200k', pass: 1, an: null, f: 'mp4' } },
      { outfile_options: { 'c:v': 'libx264', 'b:v': '200k', pass: 2, 'c:a': 'aac' } },
    ];
    const long = await makeMedia(join(media, 'long.mp4'), [
      ...['-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=25:d=20', '-c:v', 'libx264'],
      ...['-preset', 'ultrafast', '-pix_fmt', 'yuv420p'],
    ]);
    const { progress } = await nomAFile(long, two);
    const percents = progress.flatMap(({ percent }) => percent ?? []);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
    expect(percents.at(-1)).toBe(100);
    expect(percents.some((percent) => percent > 0 && percent < 50)).toBe(true);
    expect(progress.at(-1)).toMatchObject({ pass: 2, passes: 2, etaSeconds: 0 });
    const running = progress.find(({ percent, speed }) => percent !== null && speed !== null);
    expect(running?.etaSeconds).toBeGreaterThan(0);
    expect(running?.outSeconds).toBeGreaterThan(0);
  });

  it('shows the command and FFmpeg’s lines in the log, without paths of the machine', async () => {
    const { log, workDir } = await nomAFile(clip, onePass({ ...H264, vf: "scale='160:90'" }));
    expect(log[0]).toBe(
      `$ ffmpeg -i source.mp4 -c:v libx264 -preset ultrafast -c:a aac -vf 'scale='\\''160:90'\\''' output.mp4`,
    );
    expect(log.join('\n')).toContain('Stream mapping');
    expect(log.join('\n')).not.toContain(workDir);
    expect(log.join('\n')).not.toContain(media);
  });

  it('moves the atom to the front', async () => {
    const options = [{ outfile_options: H264, move_atom_to_front: true }];
    const { result } = await nomAFile(clip, options);
    const atoms = await topLevelAtoms(result.outputs[0]?.file ?? '');
    expect(atoms.indexOf('moov')).toBeLessThan(atoms.indexOf('mdat'));
  });

  it.each(['-dash.mp4', ' sp ace.mp4', 'quo\'te".mp4', 'ünï.mp4', 'new\nline.mp4', 'colon:x.mp4'])(
    'takes a source called %j',
    async (name) => {
      const source = await makeMedia(`file:${join(media, name)}`, ['-i', clip, '-c', 'copy']);
      const { result } = await nomAFile(source.slice('file:'.length), onePass({ c: 'copy' }));
      expect(result.outputs[0]?.facts.video?.codec).toBe('h264');
    },
  );

  it.each<[string, readonly string[], string, JsonValue, string, object]>([
    [
      'audio alone',
      ['-i', 'CLIP', '-vn'],
      'a.m4a',
      { 'c:a': 'libmp3lame' },
      'mp3',
      { video: null },
    ],
    [
      'a still image',
      ['-i', 'CLIP', '-frames:v', '1'],
      'a.jpg',
      { vf: 'scale=64:-2' },
      'png',
      { video: { codec: 'png', width: 64 } },
    ],
    [
      'one frame',
      ['-i', 'CLIP', '-c', 'copy'],
      'b.mkv',
      { vframes: 1 },
      'jpg',
      { video: { codec: 'mjpeg' } },
    ],
    [
      'the shortest stream',
      ['-i', 'CLIP', '-f', 'lavfi', '-i', 'sine=d=1', '-map', '0:v', '-map', '1:a'],
      'c.mp4',
      { shortest: null },
      'mp4',
      { video: { codec: 'h264' } },
    ],
    [
      'faster playing',
      ['-i', 'CLIP', '-c', 'copy'],
      'd.mp4',
      { vf: 'setpts=0.25*PTS', an: null },
      'mp4',
      { audio: null },
    ],
    [
      'the shorter audio',
      ['-i', 'CLIP', '-f', 'lavfi', '-i', 'sine=d=0.3', '-map', '0:v', '-map', '1:a'],
      'e.mp4',
      { vn: null },
      'm4a',
      { audio: { codec: 'aac' } },
    ],
    [
      'a moving WebP',
      ['-i', 'CLIP', '-c', 'copy'],
      'g.mp4',
      { vf: 'scale=32:-2' },
      'webp',
      { video: { codec: 'webp' } },
    ],
    [
      'raw samples',
      ['-i', 'CLIP', '-c', 'copy'],
      'f.mp4',
      { f: 's16le', vn: null },
      'raw',
      { video: null },
    ],
  ])(
    'does not take %s for an incomplete output',
    async (_what, args, name, outfile, extension, facts) => {
      const given = args.map((arg) => (arg === 'CLIP' ? clip : arg));
      const source = await makeMedia(join(media, name), given);
      const { result } = await nomAFile(source, onePass(outfile), { extension });
      expect(result.outputs[0]?.facts).toMatchObject(facts);
    },
  );

  it('takes subtitles alone', async () => {
    const source = join(media, 'sub.srt');
    await writeFile(source, '1\n00:00:01,000 --> 00:00:02,000\nhello\n');
    const { result } = await nomAFile(source, onePass({}), { extension: 'vtt' });
    expect(result.outputs[0]?.facts.format).toBe('webvtt');
  });

  it('takes raw samples that the options describe', async () => {
    const source = join(media, 'samples.yuv');
    await writeFile(source, Buffer.alloc(((64 * 48 * 3) / 2) * 10));
    const infile = { f: 'rawvideo', s: '64x48', pix_fmt: 'yuv420p', r: 10 };
    const options = [{ infile_options: infile, outfile_options: H264 }];
    const { result } = await nomAFile(source, options);
    expect(result.outputs[0]?.facts.video).toMatchObject({ width: 64, height: 48 });
  });
});

describe('a hostile source', () => {
  it.each([
    [
      'an HLS playlist',
      '#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:2,\nsecret.ts\n#EXT-X-ENDLIST\n',
    ],
    ['a concat script', 'ffconcat version 1.0\nfile secret.ts\n'],
  ])('is refused when it is %s, and shows no other file', async (_what, script) => {
    const workDir = join(await openDirectory(), 'work');
    await mkdir(workDir);
    // Next to the source, and where a relative name would lead to.
    await makeMedia(join(workDir, 'secret.ts'), ['-i', clip, '-c', 'copy']);
    await makeMedia(join(media, 'secret.ts'), ['-i', clip, '-c', 'copy']);
    const source = join(media, 'in.mp4');
    await writeFile(source, script);
    await expect(nomAFile(source, onePass({ c: 'copy' }), { workDir })).rejects.toMatchObject({
      code: 'SOURCE_NOT_MEDIA',
      message: expect.stringContaining('can open other files'),
    });
    expect(await readdir(workDir)).not.toContain('output.mp4');
  });

  it('does not read the files that a pattern in its name matches', async () => {
    await makeMedia(join(media, '1.jpg'), ['-i', clip, '-frames:v', '1']);
    const source = join(media, '%d.jpg');
    await writeFile(source, 'no picture');
    await expect(nomAFile(source, onePass({}), { extension: 'png' })).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:SOURCE_NOT_MEDIA|ENCODE_FAILED|OUTPUT_INCOMPLETE)$/),
    });
  });
});

describe('a job that fails', () => {
  it.each<[string, Buffer | string, RegExp]>([
    ['an empty file', '', /moov atom not found|Invalid data/],
    ['a text', 'hello world', /moov atom not found|Invalid data/],
    ['random bytes', Buffer.from(Array.from({ length: 4000 }, (_, at) => (at * 7919) % 251)), /./],
  ])('tells ffprobe’s own line for %s', async (_what, content, line) => {
    const source = join(media, 'bad.mp4');
    await writeFile(source, content);
    await expect(nomAFile(source, onePass(H264))).rejects.toMatchObject({
      code: 'SOURCE_NOT_MEDIA',
      message: expect.stringMatching(line),
    });
  });

  it.each<[string, JsonValue, string, string]>([
    [
      'an unknown encoder',
      { 'c:v': 'libfoo' },
      'ENCODE_FAILED',
      "FFmpeg: Unknown encoder 'libfoo'",
    ],
    [
      'an option that FFmpeg has no more',
      { deblockalpha: 3 },
      'BAD_OPTION',
      "FFmpeg: Unrecognized option 'deblockalpha'.",
    ],
    [
      'a bad value',
      { 'b:v': 'abc' },
      'ENCODE_FAILED',
      'FFmpeg: libx264: Error setting option b to value abc.',
    ],
    [
      'an odd height',
      { 'c:v': 'libx264', vf: 'scale=300:-1' },
      'ENCODE_FAILED',
      'FFmpeg: libx264: height not divisible by 2 (300x169). Give -2 in the place of -1 in scale, or an even size.',
    ],
  ])('tells FFmpeg’s own line for %s', async (_what, outfile, code, message) => {
    await expect(nomAFile(clip, onePass(outfile))).rejects.toMatchObject({ code, message });
  });

  it('names the container problem and what to give', async () => {
    await expect(nomAFile(clip, onePass({}), { extension: 'xyz' })).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: expect.stringContaining('Give the option f'),
    });
  });

  it('calls the output incomplete when nothing is left to write', async () => {
    await expect(nomAFile(clip, onePass({ ss: 100 }))).rejects.toMatchObject({
      code: 'OUTPUT_INCOMPLETE',
    });
  });
});
