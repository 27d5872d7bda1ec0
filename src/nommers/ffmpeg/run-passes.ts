import type { Progress } from '../../core/job.ts';
import type { NomRequest } from '../../core/nommer.ts';
import { expectedDuration } from './expected-duration.ts';
import { explainFailure } from './explain-failure.ts';
import type { FFmpegCapabilities } from './ffmpeg-capabilities.ts';
import { overallProgress } from './overall-progress.ts';
import type { PlannedPass } from './plan-passes.ts';
import { runFFmpeg } from './run-ffmpeg.ts';

export interface PassesToRun {
  readonly passes: readonly PlannedPass[];
  readonly request: Pick<NomRequest, 'source' | 'workDir' | 'onLog' | 'onProgress'>;
  readonly capabilities: Pick<FFmpegCapabilities, 'ffmpeg' | 'containment' | 'limits'>;
  readonly stallSeconds: number;
  /** An abort ends FFmpeg; the call then rejects with its reason. */
  readonly signal: AbortSignal;
  /** How long the source is; asked at every report, because it may get known later. */
  readonly sourceSeconds: () => number | null;
  /** Called right before the last pass starts. */
  readonly onLastPass: () => void;
  /** Resolves when nothing can refuse the source any more, rejects when something did. */
  readonly sourceJudged: Promise<unknown>;
}

/**
 * Runs FFmpeg once per pass, and reports how far all of them are together.
 * @returns the last report, null when there was none
 * @throws NommerError why a pass failed
 */
export async function runPasses(run: PassesToRun): Promise<Progress | null> {
  const { passes, request } = run;
  let last: Progress | null = null;
  for (const [index, { argv, output }] of passes.entries()) {
    if (index === passes.length - 1) run.onLastPass();
    request.onLog(`$ ${argv.shown}`);
    const end = await runFFmpeg({
      ffmpeg: run.capabilities.ffmpeg,
      containment: run.capabilities.containment,
      args: argv.args,
      secrets: argv.secrets,
      workDir: request.workDir,
      source: request.source,
      output,
      stallSeconds: run.stallSeconds,
      signal: run.signal,
      onLine: request.onLog,
      onBlock: (block) => {
        const seconds = run.sourceSeconds();
        const expectedSeconds = passes.map(({ pass }) => expectedDuration(seconds, pass));
        const lastPercent: number | null = last?.percent ?? null;
        last = overallProgress(block, { pass: index + 1, expectedSeconds, lastPercent });
        request.onProgress(last);
      },
    });
    run.signal.throwIfAborted();
    const failure = explainFailure(end, run.capabilities.limits);
    if (failure === undefined) continue;
    // FFmpeg fails on what is no media too; the probe says so in better words.
    await run.sourceJudged;
    throw failure;
  }
  return last;
}
