import { describe, expect, it } from 'vitest';
import { BUILT_IN_PRESETS } from '../../../src/conf/presets.ts';
import { suggestDestination } from '../../../src/web/destination.ts';
import { droppedUri, toUri } from '../../../src/web/dropped-uri.ts';
import { passesOf, recipeOf } from '../../../src/web/job-names.ts';
import { toWireJob } from '../../../src/core/job-wire.ts';
import { makeJob } from '../../doubles/make-job.ts';

const WEB = BUILT_IN_PRESETS.h264_web.options;

describe('the destination that the form suggests', () => {
  it.each([
    ['file:///media/in.mov', WEB, 'file:///media/in.mp4'],
    ['file:///media/in.mp4', WEB, 'file:///media/in-out.mp4'],
    ['s3://films/a/in', BUILT_IN_PRESETS.av1_web.options, 's3://films/a/in.webm'],
    ['file:///media/in.mov', BUILT_IN_PRESETS.audio.options, 'file:///media/in.m4a'],
    ['file:///media/in.mov', undefined, 'file:///media/in.mp4'],
    ['https://example.org/in.mov', WEB, ''],
    ['file:///media/', WEB, ''],
    ['', WEB, ''],
  ])('of %s', (source, options, destination) => {
    expect(suggestDestination(source, options)).toBe(destination);
  });
});

describe('what is dropped onto the form', () => {
  const drop = (data: Record<string, string>, names: string[] = []) => {
    const files = names.map((name) => ({ name }));
    return droppedUri(
      { getData: (type: string) => data[type] ?? '', files },
      '/srv/media/before.mov',
    );
  };

  it('may be a link, or text', () => {
    const list = '# a list\r\nhttps://example.org/in.mov\r\n';
    expect(drop({ 'text/uri-list': list, 'text/plain': 'x' }).uri).toBe(
      'https://example.org/in.mov',
    );
    expect(drop({ 'text/plain': ' /srv/media/a b.mov\nsecond' }).uri).toBe('/srv/media/a b.mov');
  });

  it('may be a file, of which only the name is known', () => {
    expect(drop({}, ['a b.mov'])).toEqual({
      uri: 'file:///srv/media/a%20b.mov',
      hint: expect.stringContaining('complete the path'),
    });
    expect(drop({})).toEqual({});
  });

  it('becomes a URI where it is a path', () => {
    expect(toUri(' /srv/a b#c.mov ')).toBe('file:///srv/a%20b%23c.mov');
    expect(toUri('s3://films/a b.mov')).toBe('s3://films/a b.mov');
  });
});

describe('what a job does', () => {
  it.each([
    [WEB, 'libx264 + aac'],
    [BUILT_IN_PRESETS.web_medium.options, 'libx264 + aac, 2 passes'],
    [[{ outfile_options: { f: 'mp3' } }], 'mp3'],
    [null, 'FFmpegNommer'],
    ['whatever', 'FFmpegNommer'],
  ])('is said in few words', (options, words) => {
    expect(recipeOf(toWireJob(makeJob({ options })))).toBe(words);
  });

  it('is read from both forms of options', () => {
    const pairs = [{ outfile_options: [['an', null], { crf: 23 }], infile_options: { re: null } }];
    expect(passesOf(pairs)).toEqual([
      {
        input: [['re', null]],
        output: [
          ['an', null],
          ['crf', '23'],
        ],
        movesAtom: false,
      },
    ]);
  });
});
