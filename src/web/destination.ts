import { extensionOfMuxer } from '../core/ffmpeg-formats.ts';
import { passesOf } from './job-names.ts';

/** Where the output of a source may go: beside it, by a name of its own. Nothing for what cannot be written. */
export function suggestDestination(source: string, options: unknown): string {
  const slash = source.lastIndexOf('/') + 1;
  const isWritable =
    /^(?:file|s3):/i.test(source) && source.slice(0, slash).replace(/\/+$/, '') !== '';
  const name = source.slice(slash);
  if (!isWritable || name === '') return '';
  const dot = name.lastIndexOf('.');
  const base = dot <= 0 ? name : name.slice(0, dot);
  const format = passesOf(options)
    .at(-1)
    ?.output.findLast(([key]) => key === 'f')?.[1];
  const extension = format ? extensionOfMuxer(format) : 'mp4';
  const same = `${base}.${extension}`;
  return source.slice(0, slash) + (same === name ? `${base}-out.${extension}` : same);
}
