import type { WireFacts } from '../../core/job-wire.ts';
import { formatDuration, formatSize } from '../../core/format-figures.ts';
import { printable } from './printable.ts';

/** A media file in a line: `0:42 · h264 1280×720 30 fps · aac 48 kHz stereo · 12 MB`. */
export function formatFacts(facts: WireFacts): string {
  return [
    ...(facts.duration === null ? [] : [formatDuration(facts.duration)]),
    ...(facts.video === null ? [] : [formatVideo(facts.video)]),
    ...(facts.audio === null ? [] : [formatAudio(facts.audio)]),
    formatSize(facts.size),
  ].join(' · ');
}

function formatVideo({
  codec,
  width,
  height,
  frame_rate,
}: NonNullable<WireFacts['video']>): string {
  const rate = frame_rate === null ? '' : ` ${Number(frame_rate.toFixed(2))} fps`;
  return `${printable(codec)} ${width}×${height}${rate}`;
}

function formatAudio({ codec, sample_rate, channels }: NonNullable<WireFacts['audio']>): string {
  const rate = sample_rate === null ? '' : ` ${Number((sample_rate / 1000).toFixed(1))} kHz`;
  return `${printable(codec)}${rate}${channels === null ? '' : ` ${formatChannels(channels)}`}`;
}

function formatChannels(channels: number): string {
  if (channels === 1) return 'mono';
  return channels === 2 ? 'stereo' : `${channels} channels`;
}
