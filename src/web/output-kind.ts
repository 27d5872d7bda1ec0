import type { WireFacts } from '../core/job-wire.ts';

/** What an output is to a browser. */
export type OutputKind = 'video' | 'audio' | 'image';

const IMAGES = /\.(?:avif|gif|jpe?g|png|webp)$/i;

export function outputKind({ uri, video }: Pick<WireFacts, 'video'> & { uri: string }): OutputKind {
  if (IMAGES.test(uri)) return 'image';
  return video === null ? 'audio' : 'video';
}
