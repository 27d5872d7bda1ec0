import { execa } from 'execa';
import { HIDDEN } from '../../core/redact.ts';
import type { Containment } from './containment/containment.ts';
import { howEnded } from './containment/how-ended.ts';
import { containedOptions, endLeftovers } from './containment/start-contained.ts';
import { isErrorLine } from './error-line.ts';
import { ProgressReader, type ProgressBlock } from './parse-progress.ts';
import { signsOfLife } from './signs-of-life.ts';
import { LineSplitter } from './split-lines.ts';
import { watchForStall } from './watch-for-stall.ts';

export interface FFmpegRun {
  /** Absolute path of FFmpeg. */
  readonly ffmpeg: string;
  readonly args: readonly string[];
  /** What of them is in none of its lines. */
  readonly secrets: readonly string[];
  readonly containment: Containment;
  /** Absolute. */
  readonly workDir: string;
  /** Absolute path of the source. */
  readonly source: string;
  /** Name of the output in `workDir`; null when the pass writes none. */
  readonly output: string | null;
  readonly stallSeconds: number;
  readonly signal: AbortSignal;
  readonly onBlock: (block: ProgressBlock) => void;
  readonly onLine: (line: string) => void;
}

/** How a run ended. An abort ends it too; whoever aborted knows. */
export interface FFmpegEnd {
  readonly exitCode: number | null;
  /** The signal that killed it. */
  readonly signalName: string | null;
  /** What a tool that contains it says of its own failure. */
  readonly complaint: string | null;
  /** Set when it was killed for making no progress for so long. */
  readonly stalledSeconds: number | null;
  /** The last of its lines that tell of errors, oldest first. */
  readonly errorLines: readonly string[];
  readonly cause: unknown;
}

const MAX_LINE = 1000;
const MAX_ERROR_LINES = 50;

/** Runs FFmpeg once, in `workDir`, until it ends, is aborted, or makes no progress for too long. */
export async function runFFmpeg(run: FFmpegRun): Promise<FFmpegEnd> {
  const stalled = new AbortController();
  const { ffmpeg, args, containment, workDir, source } = run;
  const [program, words] = containment.wrap({ program: ffmpeg, args, workDir, sources: [source] });
  const signal = AbortSignal.any([run.signal, stalled.signal]);
  const child = execa(program, words, {
    ...containedOptions(workDir, signal),
    stdin: 'ignore',
    buffer: false,
  });
  endLeftovers(child);

  using watchdog = watchForStall({
    seconds: run.stallSeconds,
    isAlive: signsOfLife(run, child.pid),
    onStall: () => stalled.abort(),
  });
  const reader = new ProgressReader((block) => {
    watchdog.see(`${block.frame} ${block.outSeconds} ${block.totalSize}`);
    run.onBlock(block);
  });
  const errorLines: string[] = [];
  let lastLine = '';
  const progress = new LineSplitter(MAX_LINE, (line) => reader.read(line));
  const log = new LineSplitter(MAX_LINE, (said) => {
    const line = hide(said, run.secrets);
    if (isErrorLine(line) || SIGNAL_LINE.test(line)) errorLines.push(line);
    if (errorLines.length > MAX_ERROR_LINES) errorLines.shift();
    if (line.trim() !== '') lastLine = line;
    run.onLine(line);
  });
  child.stdout.on('data', (chunk: Buffer) => progress.write(chunk));
  child.stderr.on('data', (chunk: Buffer) => log.write(chunk));
  const result = await child;
  progress.end();
  log.end();
  return {
    exitCode: result.exitCode ?? null,
    ...howEnded(result, lastLine, containment),
    stalledSeconds: stalled.signal.aborted ? run.stallSeconds : null,
    errorLines,
    cause: result.failed ? result : undefined,
  };
}

/** A secret as short as a word is none, and would hide what is meant to be read. */
const MIN_SECRET = 8;

/** FFmpeg repeats values that it cannot read. */
function hide(line: string, secrets: readonly string[]): string {
  return secrets
    .filter(({ length }) => length >= MIN_SECRET)
    .reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), line);
}

const SIGNAL_LINE = /received signal \d+/;
