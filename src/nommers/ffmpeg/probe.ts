import { execa } from 'execa';
import { SOURCE_FORMATS } from '../../core/ffmpeg-formats.ts';
import { howEnded } from './containment/how-ended.ts';
import { containedOptions, endLeftovers } from './containment/start-contained.ts';
import { telling } from './error-line.ts';
import type { FFmpegCapabilities } from './ffmpeg-capabilities.ts';
import { PROBED_ENTRIES, readProbe, type ProbedMedia } from './read-probe.ts';

export interface ProbeSetup {
  readonly capabilities: Pick<FFmpegCapabilities, 'ffprobe' | 'containment' | 'probesAhead'>;
  /** Absolute. */
  readonly workDir: string;
  /** Absolute path of the source. */
  readonly source: string;
  readonly signal: AbortSignal;
  /** After so many seconds ffprobe is killed. */
  readonly timeoutSeconds: number;
}

export type ProbeAnswer =
  | { readonly media: ProbedMedia }
  | {
      readonly media: undefined;
      /** Whether ffprobe itself said no, and was not killed, say. */
      readonly refused: boolean;
      /** Its own error line, or null when it gave none. */
      readonly errorLine: string | null;
    };

/** Asks ffprobe for the facts of a file in `workDir`. Never rejects: an abort gives no media. */
export function probe(file: string, setup: ProbeSetup): Promise<ProbeAnswer> {
  return startProbe(`file:${file}`, 'file,pipe', setup).answer;
}

/** An ffprobe that waits to be told the file. */
export interface ProbeAhead {
  /** Names the file, once. */
  start(file: string): void;
  /** Comes after `start`, or when ffprobe ended before. */
  readonly answer: Promise<ProbeAnswer>;
}

/**
 * Starts ffprobe before there is a file to probe, because loading a big FFmpeg takes longer (0.1 s) than
 * probing: it waits for the file's name on its standard input, which the protocol `concatf` reads first.
 */
export function probeAhead(setup: ProbeSetup): ProbeAhead {
  const { child, answer } = startProbe('concatf:pipe:0', 'file,pipe,concatf', setup);
  // It may be gone already: then the answer tells.
  child.stdin.on('error', () => {});
  return { start: (file) => child.stdin.end(`file:${file}\n`), answer };
}

function startProbe(url: string, protocols: string, setup: ProbeSetup) {
  const { ffprobe, containment } = setup.capabilities;
  const { workDir, source } = setup;
  const [program, words] = containment.wrap({
    program: ffprobe,
    args: ['-hide_banner', '-loglevel', 'level+error'].concat(
      ['-protocol_whitelist', protocols, '-format_whitelist', SOURCE_FORMATS.join(',')],
      ['-print_format', 'json=compact=1', '-show_entries', PROBED_ENTRIES, '-i', url],
    ),
    workDir,
    sources: [source],
  });
  const child = execa(program, words, {
    ...containedOptions(workDir, setup.signal),
    stdin: 'pipe',
    stripFinalNewline: false,
    timeout: setup.timeoutSeconds * 1000,
    maxBuffer: 10_000_000,
  });
  endLeftovers(child);
  const answer = child.then((result): ProbeAnswer => {
    const media = readProbe(result.stdout);
    if (media !== undefined) return { media };
    const lines = result.stderr.trimEnd().split('\n');
    const ended = howEnded(result, lines.at(-1) ?? '', containment);
    const refused = (result.exitCode ?? 0) !== 0 && !ended.signalName && ended.complaint === null;
    return { media: undefined, refused, errorLine: telling(lines) };
  });
  return { child, answer };
}
