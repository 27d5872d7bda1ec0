import { NommerError } from '../../core/errors.ts';
import { findFileAccess } from '../../core/ffmpeg-file-access.ts';
import { SOURCE_FORMATS } from '../../core/ffmpeg-formats.ts';
import { FLAG_OPTIONS, VALUED_OPTIONS } from '../../core/ffmpeg-main-options.ts';
import type { FFmpegPass, OptionPair } from '../../core/ffmpeg-options.ts';
import { HIDDEN } from '../../core/redact.ts';
import { isSecretOption } from '../../core/secret-options.ts';

export interface ArgvParts {
  readonly pass: FFmpegPass;
  /** Name of the source in the work directory. */
  readonly source: string;
  /** Name of the output in the work directory; null for an analysis pass, which keeps none. */
  readonly output: string | null;
  /** FFmpeg's own options, as it lists them. */
  readonly mainOptions: ReadonlySet<string>;
}

export interface Argv {
  readonly args: readonly string[];
  /** The command as a person would have typed it, without the secrets. */
  readonly shown: string;
  /** Values that nobody is to be shown. */
  readonly secrets: readonly string[];
}

/**
 * The arguments of one run of FFmpeg: what the job gave, in its order, between what this nommer sets.
 * @throws NommerError BAD_OPTION for options of FFmpeg's own, and for values, that are not known to be harmless
 */
export function buildArgv({ pass, source, output, mainOptions }: ArgvParts): Argv {
  const infile = argsOf(pass.infileOptions, 'input', mainOptions);
  const outfile = argsOf(pass.outfileOptions, 'output', mainOptions);
  if (output === null && !pass.outfileOptions.some(([name]) => name === 'f')) {
    outfile.push('-f', 'null');
  }
  const args = ['-nostdin', '-hide_banner', '-y', '-loglevel', 'level+info'].concat(
    ['-progress', 'pipe:1', '-nostats'],
    mainOptions.has('stats_period') ? ['-stats_period', '0.5'] : [],
    ['-protocol_whitelist', 'file,pipe', '-format_whitelist', SOURCE_FORMATS.join(',')],
    [...infile, '-i', `file:${source}`],
    [...outfile, output === null ? '/dev/null' : `file:${output}`],
  );
  const whole = ['ffmpeg', ...infile, '-i', source, ...outfile, output ?? '/dev/null'];
  const isSecret = (_arg: string, index: number) => isSecretOption(whole[index - 1] ?? '');
  const shown = whole.map((arg, index) => (isSecret(arg, index) ? HIDDEN : quoted(arg)));
  return { args, shown: shown.join(' '), secrets: whole.filter(isSecret) };
}

function argsOf(
  pairs: readonly OptionPair[],
  side: 'input' | 'output',
  mainOptions: ReadonlySet<string>,
): string[] {
  return pairs.flatMap(([name, value]) => {
    const base = name.split(':', 1)[0] ?? name;
    if (mainOptions.has(base) && !FLAG_OPTIONS.has(base) && !VALUED_OPTIONS.has(base)) {
      throw new NommerError('BAD_OPTION', `Jobs may not set this option; received "${name}"`);
    }
    if (value === null) return [`-${name}`];
    // Looked at when it was given; but it may have been translated since.
    const access = findFileAccess(base, value, side);
    if (access !== undefined) throw new NommerError('BAD_OPTION', `Jobs may not use ${access}`);
    return [`-${name}`, value];
  });
}

function quoted(arg: string): string {
  return /^[\w./:=,+@%^-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`;
}
