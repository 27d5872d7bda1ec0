import { atom } from '../build/atoms.ts';
import { failed, failedInItsWords, finished, THE_CLIP, type HostileCase } from '../hostile-case.ts';
import { bytes, made, NO_MEDIA } from './source-case.ts';

/** Sources that are not what they say, or say more than they are. */
export const DAMAGED: readonly HostileCase[] = [
  bytes(['empty.mp4', 'an empty file'], 'confuse what reads it', () => '', NO_MEDIA),
  bytes(
    ['letter.mp4', 'text'],
    'confuse what reads it',
    () => 'Dear reader,\n'.repeat(1000),
    NO_MEDIA,
  ),
  bytes(
    ['random.mp4', 'noise'],
    'confuse what reads it',
    () => Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * i * 31 + (i >> 3) * 7) & 255)),
    NO_MEDIA,
  ),
  bytes(['program.mp4', 'a program'], 'be run', () => '#!/bin/sh\ntouch run\n', NO_MEDIA),
  bytes(
    ['cut.mp4', 'a movie cut off'],
    'pass a part off as the whole',
    ({ clip }) => clip.subarray(0, clip.length - 2000),
    failedInItsWords('SOURCE_NOT_MEDIA'),
  ),
  {
    name: 'a movie with half of its media',
    tries: 'pass a part off as the whole',
    make: async (ground) => {
      await ground.ffmpeg('front.mp4', [
        ...'-f lavfi -i testsrc2=size=160x90:duration=6 -c:v libx264 -preset ultrafast -movflags +faststart'.split(
          ' ',
        ),
      ]);
      const whole = await ground.read('front.mp4');
      return { source_path: await ground.write('half.mp4', whole.subarray(0, whole.length / 2)) };
    },
    told: failed('OUTPUT_INCOMPLETE', /the source is probably damaged or cut off/),
  },
  bytes(
    ['moov.mp4', 'a movie without media'],
    'have it looked for',
    ({ clip }) =>
      Buffer.concat([atom('ftyp', Buffer.from('isom')), clip.subarray(clip.indexOf('moov') - 4)]),
    NO_MEDIA,
  ),
  bytes(
    ['clip.jpg', 'a movie called .jpg'],
    'be read by another decoder',
    ({ clip }) => clip,
    THE_CLIP,
  ),
  bytes(
    ['clip.m3u8', 'a movie called .m3u8'],
    'be read as a playlist',
    ({ clip }) => clip,
    THE_CLIP,
  ),
  made(
    ['picture.mp4.jpg', 'a still picture'],
    'have no duration',
    '-f lavfi -i testsrc2=size=160x90 -frames:v 1',
    finished(/^h264 160x90$/),
  ),
  made(
    ['sound.mp4', 'sound only'],
    'have no picture',
    '-f lavfi -i sine=duration=1 -c:a aac',
    finished(/^aac$/),
  ),
  bytes(
    ['words.srt', 'subtitles only'],
    'have neither picture nor sound',
    () => '1\n00:00:00,000 --> 00:00:01,000\nHello\n',
    failedInItsWords('ENCODE_FAILED'),
  ),
];
