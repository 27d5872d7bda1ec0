import type { FFmpegPass } from '../../core/ffmpeg-options.ts';

/** The pass that writes the output with `faststart` set, next to any `movflags` it has. */
export function moveAtomToFront(pass: FFmpegPass): FFmpegPass {
  const options = pass.outfileOptions;
  const index = options.findLastIndex(([name]) => name === 'movflags');
  const given = options[index]?.[1] ?? '';
  if (/(?:^|\+)faststart(?=$|[+-])/.test(given)) return pass;
  const outfileOptions =
    index < 0
      ? [...options, ['movflags', '+faststart'] as const]
      : options.with(index, ['movflags', `${given}+faststart`]);
  return { ...pass, outfileOptions };
}
