import * as z from 'zod';
import type { AudioFacts, MediaFacts, VideoFacts } from '../../core/media-facts.ts';

/** Facts of a media file, and what only this nommer needs to know of it. */
export interface ProbedMedia {
  readonly facts: MediaFacts;
  /** Whether there is anything to encode: video, audio or subtitles. */
  readonly hasMedia: boolean;
  /** When the streams of a kind play; null where one does not tell, or there is none. */
  readonly videoSpan: Span | null;
  readonly audioSpan: Span | null;
  /** Seconds from which the container's time counts. */
  readonly startSeconds: number;
  readonly streams: number;
}

/** In seconds since the container's start, what all streams of a kind have. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What `read-probe` reads, and nothing more: a hostile file may have endless metadata. */
export const PROBED_ENTRIES = [
  'format=format_name,duration,size,bit_rate,start_time,nb_streams',
  'stream=codec_type,codec_name,profile,width,height,avg_frame_rate,pix_fmt,sample_rate,channels,start_time,duration',
  'stream_disposition=attached_pic',
  'stream_tags=DURATION',
].join(':');

/** Names are short; one without end, from an ffprobe gone wrong, must not get into the job. */
const MAX_TEXT = 200;

const Text = z
  .string()
  .transform((text) => text.slice(0, MAX_TEXT))
  .optional();
const Stream = z.object({
  codec_type: Text,
  codec_name: Text,
  profile: Text,
  width: z.number().optional(),
  height: z.number().optional(),
  avg_frame_rate: Text,
  pix_fmt: Text,
  sample_rate: Text,
  channels: z.number().optional(),
  start_time: Text,
  duration: Text,
  disposition: z.object({ attached_pic: z.number().optional() }).optional(),
  tags: z.object({ DURATION: Text }).optional(),
});
const Probe = z.object({
  streams: z.array(Stream),
  format: z.object({
    format_name: Text,
    duration: Text,
    size: Text,
    bit_rate: Text,
    start_time: Text,
    nb_streams: z.number(),
  }),
});
type Stream = z.infer<typeof Stream>;

/** Reads ffprobe's JSON. @returns undefined when it holds no probe: ffprobe could not read the file */
export function readProbe(json: string): ProbedMedia | undefined {
  const parsed = Probe.safeParse(parseJson(json));
  if (!parsed.success) return undefined;
  const { streams, format } = parsed.data;
  // Cover art is a video stream to FFmpeg, but nothing that plays.
  const ofKind = (kind: string) =>
    streams.filter((one) => one.codec_type === kind && one.disposition?.attached_pic !== 1);
  const [videos, audios] = [ofKind('video'), ofKind('audio')];
  const startSeconds = numberOf(format.start_time) ?? 0;
  return {
    facts: {
      size: numberOf(format.size) ?? 0,
      format: format.format_name ?? null,
      duration: numberOf(format.duration),
      bitRate: numberOf(format.bit_rate),
      video: videos[0] ? videoFacts(videos[0]) : null,
      audio: audios[0] ? audioFacts(audios[0]) : null,
    },
    hasMedia: ['video', 'audio', 'subtitle'].some((kind) =>
      streams.some((one) => one.codec_type === kind),
    ),
    videoSpan: spanOf(videos, startSeconds),
    audioSpan: spanOf(audios, startSeconds),
    startSeconds,
    streams: format.nb_streams,
  };
}

function videoFacts(stream: Stream): VideoFacts {
  return {
    codec: stream.codec_name ?? 'unknown',
    profile: stream.profile ?? null,
    width: stream.width ?? 0,
    height: stream.height ?? 0,
    frameRate: rateOf(stream.avg_frame_rate),
    pixelFormat: stream.pix_fmt ?? null,
  };
}

function audioFacts(stream: Stream): AudioFacts {
  return {
    codec: stream.codec_name ?? 'unknown',
    profile: stream.profile ?? null,
    sampleRate: numberOf(stream.sample_rate),
    channels: stream.channels ?? null,
  };
}

function spanOf(streams: readonly Stream[], startSeconds: number): Span | null {
  const starts = streams.map((one) => numberOf(one.start_time) ?? 0);
  const ends = streams.flatMap((one, index) => {
    const duration = numberOf(one.duration);
    return (
      (duration === null ? clockTime(one.tags?.DURATION) : duration + (starts[index] ?? 0)) ?? []
    );
  });
  if (ends.length === 0 || ends.length < streams.length) return null;
  return { start: Math.max(...starts) - startSeconds, end: Math.min(...ends) - startSeconds };
}

/** Matroska keeps a stream's end in a tag: `00:00:01.021000000`. */
function clockTime(text: string | undefined): number | null {
  const [, hours, minutes, seconds] = /^(\d+):(\d+):(\d+(?:\.\d+)?)/.exec(text ?? '') ?? [];
  if (seconds === undefined) return null;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

function rateOf(text: string | undefined): number | null {
  const [over = 0, under = 0] = (text ?? '').split('/').map(Number);
  const rate = over / under;
  return Number.isFinite(rate) && rate > 0 ? Math.round(rate * 1000) / 1000 : null;
}

function numberOf(text: string | undefined): number | null {
  const value = Number(text);
  return text === undefined || !Number.isFinite(value) ? null : value;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
