import { expect, it } from 'vitest';
import { parseFFmpegOptions } from '../../../../src/core/ffmpeg-options.ts';
import type { JsonValue } from '../../../../src/core/json.ts';
import { checkOutput } from '../../../../src/nommers/ffmpeg/check-output.ts';
import { readProbe, type ProbedMedia } from '../../../../src/nommers/ffmpeg/read-probe.ts';

interface Media {
  readonly format?: string;
  readonly duration?: number;
  readonly video?: number | null;
  readonly audio?: number | null;
  readonly audioStart?: number;
  readonly frameRate?: string;
}

/** A number is the stream's duration, null a stream that does not tell it. */
function media(given: Media): ProbedMedia {
  const { format = 'mov,mp4,m4a', duration, video, audio } = given;
  const { audioStart = 0, frameRate = '25/1' } = given;
  const streams = Object.entries({ video, audio })
    .filter(([, seconds]) => seconds !== undefined)
    .map(([codec_type, seconds]) => ({
      codec_type,
      codec_name: 'any',
      avg_frame_rate: codec_type === 'video' ? frameRate : '0/0',
      start_time: String(codec_type === 'video' ? 0 : audioStart),
      ...(seconds === null ? {} : { duration: String(seconds) }),
    }));
  const told = duration === undefined ? {} : { duration: String(duration) };
  const probed = readProbe(
    JSON.stringify({
      streams,
      format: { format_name: format, size: '1', nb_streams: streams.length, ...told },
    }),
  );
  if (probed === undefined) throw new Error('not a probe');
  return probed;
}

function check(source: Media, output: Media, outfile: JsonValue = {}) {
  const [pass] = parseFFmpegOptions([{ outfile_options: outfile }]);
  if (pass === undefined) throw new Error('no pass');
  checkOutput({ source: media(source), output: media(output), pass, writtenSeconds: null });
}

const minute = { duration: 60, video: 60, audio: 60 };

it.each<[string, Media, Media, JsonValue?]>([
  ['a source that was cut off', minute, { duration: 20, video: 20, audio: 20 }],
  ['a cut that came out too short', minute, { duration: 5, video: 5, audio: 5 }, { t: 10 }],
  [
    'a Matroska file that declares only one duration',
    { format: 'matroska,webm', duration: 60, video: null, audio: null },
    { duration: 20, video: 20, audio: 20 },
  ],
  ['damaged video next to whole audio', minute, { duration: 60, video: 20, audio: 60 }],
  ['damaged audio next to whole video', minute, { duration: 60, video: 60, audio: 20 }],
])('refuses the output of %s', (_what, source, output, outfile) => {
  expect(() => check(source, output, outfile)).toThrow(
    expect.objectContaining({ code: 'OUTPUT_INCOMPLETE' }),
  );
});

it.each<[string, Media, Media, JsonValue?]>([
  ['as long as expected', minute, { duration: 59.96, video: 59.96, audio: 60 }],
  ['shorter by a second of 60', minute, { duration: 59, video: 59, audio: 59 }],
  ['cut as asked', minute, { duration: 10, video: 10, audio: 10 }, { t: 10 }],
  ['one picture', minute, { duration: 0.04, video: 0.04 }, { vframes: 1 }],
  ['ended by the shortest stream', minute, { duration: 9, video: 9, audio: 9 }, { shortest: null }],
  [
    'the shorter audio alone',
    { duration: 60, video: 60, audio: 30 },
    { duration: 30, audio: 30 },
    { vn: null },
  ],
  [
    'from a container with a longer subtitle',
    { format: 'matroska,webm', duration: 90, video: 60, audio: 60 },
    { duration: 60, video: 60, audio: 60 },
  ],
  [
    'from a stream that only estimates',
    { format: 'aac', duration: 80, audio: 80 },
    { duration: 60, audio: 60 },
  ],
  [
    'faster than the source',
    minute,
    { duration: 30, video: 30 },
    { vf: 'setpts=0.5*PTS', an: null },
  ],
  ['without a duration', minute, { format: 'png_pipe', video: null }],
  [
    'of a source whose audio ends earlier',
    { duration: 60, video: 60, audio: 30 },
    { duration: 60, video: 60, audio: 30 },
  ],
  [
    'of a source whose one picture stands all the time',
    { duration: 60, video: 60, audio: 60, frameRate: '1/60' },
    { duration: 60, video: 0.04, audio: 60 },
  ],
  [
    'of a source whose audio begins after the cut',
    { duration: 60, video: 60, audio: 30, audioStart: 30 },
    { duration: 10, video: 10, audio: 0.02 },
    { t: 10 },
  ],
])('accepts an output that is %s', (_what, source, output, outfile) => {
  expect(() => check(source, output, outfile)).not.toThrow();
});
