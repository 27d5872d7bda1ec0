import { parseFFmpegOptions, type FFmpegPass } from '../../core/ffmpeg-options.ts';
import type { NomRequest } from '../../core/nommer.ts';
import { buildArgv, type Argv } from './build-argv.ts';
import { checkAnalysis, chooseOutput, type Output } from './choose-output.ts';
import type { FFmpegCapabilities } from './ffmpeg-capabilities.ts';
import { moveAtomToFront } from './move-atom-to-front.ts';
import { translateOptions } from './translate-options.ts';

export interface PlannedPass {
  readonly pass: FFmpegPass;
  readonly argv: Argv;
  /** Name in the work directory; null when the pass only analyses. */
  readonly output: string | null;
}

export interface Plan {
  readonly passes: readonly PlannedPass[];
  /** Of `passes`, the one that writes the output. */
  readonly last: FFmpegPass;
  readonly output: Output;
  /** What was changed in the options, in a person's words. */
  readonly told: readonly string[];
}

/**
 * Decides everything that can be decided before FFmpeg runs.
 * @param source the source's name in the work directory
 * @throws NommerError BAD_OPTION
 */
export function planPasses(
  { options, extension }: Pick<NomRequest, 'options' | 'extension'>,
  source: string,
  ffmpeg: Pick<FFmpegCapabilities, 'encoders' | 'muxers' | 'mainOptions'>,
): Plan {
  const { passes, told } = translateOptions(parseFFmpegOptions(options), ffmpeg, extension);
  const last = passes.at(-1);
  if (last === undefined) throw new RangeError('parseFFmpegOptions returned no pass');
  const output = chooseOutput(last, extension, ffmpeg.muxers);
  passes.slice(0, -1).forEach((pass) => checkAnalysis(pass, ffmpeg.muxers));
  const moves = passes.some((pass) => pass.moveAtomToFront);
  const planned = passes.map((given, index): PlannedPass => {
    const isLast = index === passes.length - 1;
    const pass = isLast && moves && output.hasMoovAtom ? moveAtomToFront(given) : given;
    const name = isLast ? output.name : null;
    const argv = buildArgv({ pass, source, output: name, mainOptions: ffmpeg.mainOptions });
    return { pass, argv, output: name };
  });
  const kind = output.name.slice(output.name.lastIndexOf('.') + 1);
  const noAtom = `move_atom_to_front left out: ${kind} files have no such atom`;
  const toldAll = moves && !output.hasMoovAtom ? [...told, noAtom] : told;
  return { passes: planned, last: planned.at(-1)?.pass ?? last, output, told: toldAll };
}
