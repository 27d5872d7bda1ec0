import { join } from 'node:path';
import { NommerError } from '../../core/errors.ts';
import type { NomOutput, NomRequest, NomResult } from '../../core/nommer.ts';
import { checkOutput } from './check-output.ts';
import type { FFmpegCapabilities } from './ffmpeg-capabilities.ts';
import type { Plan } from './plan-passes.ts';
import { probeAhead, type ProbeAhead, type ProbeSetup } from './probe.ts';
import { probeOutput } from './probe-output.ts';
import { probeSource } from './probe-source.ts';
import { runPasses } from './run-passes.ts';
import { watchRoom } from './watch-room.ts';

export interface Encoding {
  readonly request: NomRequest;
  readonly plan: Plan;
  /** The source's name in the work directory. */
  readonly source: string;
  readonly sourceBytes: number;
  readonly capabilities: FFmpegCapabilities;
  readonly stallSeconds: number;
}

/**
 * For sources that are smaller, an ffprobe for the output is started ahead, beside FFmpeg: there 0.1 s
 * counts, and what the source says of its length comes too late.
 */
const AHEAD_BELOW_BYTES = 16 * 2 ** 20;

/** FFmpegNommer always tells the facts of what it has made. */
export interface FFmpegResult extends NomResult {
  readonly outputs: readonly Required<NomOutput>[];
}

/**
 * Runs the passes of a plan and checks what they made. The source is probed while the first pass runs
 * already; a source that is refused ends it. Leaves no process behind, however it ends.
 */
export async function encode(encoding: Encoding): Promise<FFmpegResult> {
  const { request, plan, capabilities, stallSeconds } = encoding;
  const ending = new AbortController();
  const signal = AbortSignal.any([request.signal, ending.signal]);
  const timeoutSeconds = stallSeconds;
  const { workDir } = request;
  const setup: ProbeSetup = {
    capabilities,
    workDir,
    source: request.source,
    signal,
    timeoutSeconds,
  };
  const { maxSeconds, maxOutputBytes: maxBytes } = capabilities.limits;
  const timer = setTimeout(() => ending.abort(tookTooLong(maxSeconds)), maxSeconds * 1000);
  using room = watchRoom({ workDir, maxBytes, onTaken: (error) => ending.abort(error) });

  let sourceSeconds: number | null = null;
  const sourceJudged = probeSource(encoding.source, plan.passes, setup).then((media) => {
    sourceSeconds = media?.facts.duration ?? null;
    return media;
  });
  sourceJudged.catch((thrown: unknown) => ending.abort(thrown));
  const probesAhead = capabilities.probesAhead && encoding.sourceBytes < AHEAD_BELOW_BYTES;
  let ahead: ProbeAhead | undefined;

  try {
    const progress = await runPasses({
      passes: plan.passes,
      request,
      capabilities,
      stallSeconds,
      signal,
      sourceJudged,
      sourceSeconds: () => sourceSeconds,
      onLastPass: () => {
        if (probesAhead) ahead = probeAhead(setup);
      },
    });
    await room.look();
    signal.throwIfAborted();
    const source = await sourceJudged;
    const output = await probeOutput(plan.output, setup, ahead);
    const writtenSeconds = progress?.outSeconds ?? null;
    checkOutput({ source, output, pass: plan.last, writtenSeconds });
    if (progress) request.onProgress({ ...progress, percent: 100, etaSeconds: 0 });
    const file = join(workDir, plan.output.name);
    return { source: source?.facts ?? null, outputs: [{ file, facts: output.facts }] };
  } catch (thrown: unknown) {
    request.signal.throwIfAborted();
    throw thrown;
  } finally {
    clearTimeout(timer);
    ending.abort();
    await Promise.allSettled([sourceJudged, ahead?.answer]);
  }
}

function tookTooLong(maxSeconds: number): NommerError {
  return new NommerError(
    'ENCODE_LIMIT',
    `FFmpeg was ended after ${maxSeconds} s, which is all that FFMPEG_MAX_SECONDS gives an attempt`,
  );
}
