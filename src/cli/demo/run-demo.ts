import { dirname, join } from 'node:path';
import { createClient, type Client } from '../../client/client.ts';
import { NommerError } from '../../core/errors.ts';
import { isFinishedState } from '../../core/job-states.ts';
import type { WireJob } from '../../core/job-wire.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT_CODE, type ExitCode } from '../exit-code.ts';
import { onInterrupt } from '../on-interrupt.ts';
import type { Output } from '../output.ts';
import { watchJobs } from '../progress/watch-jobs.ts';
import { formatUri } from '../render/format-uri.ts';
import { DEFAULT_PRESET } from '../submit/job-options.ts';
import { fileUriOf } from '../submit/media-uri-of.ts';
import { chooseFiles, type DemoFiles } from './choose-files.ts';
import { DemoFeederd } from './demo-feederd.ts';
import { findFFmpeg } from './find-ffmpeg.ts';
import { renderDemoResult } from './render-demo-result.ts';
import { openRunDirectory } from './run-directory.ts';

/** How long a node may take to let go of a cancelled job. */
const CANCEL_MS = 15_000;

/** Encodes one file by a feederd and a node that live only as long as it takes. */
export async function runDemo(
  { output, nomconf }: CommandContext,
  given: string | undefined,
): Promise<ExitCode> {
  using interrupt = onInterrupt();
  const { signal } = interrupt;
  try {
    const demoDir = join(nomconf.settings.dataDir, 'demo');
    const ffmpeg = await findFFmpeg(nomconf.settings, (text) => say(output, text));
    const files = await chooseFiles(given, demoDir, ffmpeg.ffmpeg);
    signal.throwIfAborted();
    const run = await openRunDirectory(demoDir, {
      FEEDERD_PORT: 0,
      FILE_ROOTS: [dirname(files.source), dirname(files.output)],
      FFMPEG_PATH: ffmpeg.ffmpeg,
      FFPROBE_PATH: ffmpeg.ffprobe,
    });
    const feederd = DemoFeederd.start(run.nomconf, run.logFile);
    let job: WireJob | undefined;
    try {
      job = await encode(files, { feederd, output, signal });
    } finally {
      using hurry = onInterrupt();
      await feederd.stop(hurry.signal);
      const isWell = job?.job_state === 'FINISHED' || signal.aborted;
      if (isWell) await run.remove();
      else output.note(`feederd's log: ${formatUri(run.logFile)}`);
    }
    signal.throwIfAborted();
    if (job.job_state !== 'FINISHED') return EXIT_CODE.failed;
    if (!output.isJson) output.print(`\n${renderDemoResult(job, output.paper())}`);
    return EXIT_CODE.ok;
  } catch (thrown: unknown) {
    if (!signal.aborted) throw thrown;
    output.note('Stopped. Nothing is left running.');
    return EXIT_CODE.interrupted;
  }
}

interface EncodeParts {
  readonly feederd: DemoFeederd;
  readonly output: Output;
  readonly signal: AbortSignal;
}

/** Submits the job and shows how far it is. @returns the job; cancelled when `signal` aborts */
async function encode(
  files: DemoFiles,
  { feederd, output, signal }: EncodeParts,
): Promise<WireJob> {
  const url = await feederd.ready(signal);
  const client = createClient({ url });
  say(output, `feederd runs at ${url} and starts a node for this job.`);
  const stop = AbortSignal.any([signal, feederd.ended]);
  const submitted = await client.submit(
    {
      source_path: fileUriOf(files.source, '/'),
      dest_path: fileUriOf(files.output, '/'),
      job_options: { options: DEFAULT_PRESET },
    },
    { signal: stop },
  );
  const [job = submitted] = await watchJobs([submitted], { client, output, url, signal: stop });
  if (isFinishedState(job.job_state)) return job;
  if (signal.aborted) return cancel(job, client);
  throw new NommerError('UNAVAILABLE', 'feederd ended before the job did');
}

/** Waits until no node works on the job any more, so that feederd ends its nodes. */
async function cancel(job: WireJob, client: Client): Promise<WireJob> {
  const signal = AbortSignal.timeout(CANCEL_MS);
  let latest = job;
  try {
    latest = await client.cancel(job.unique_id, { signal });
    for await (const change of client.watch(job.unique_id, { signal })) latest = change.job;
  } catch {
    // It has ended by itself, or feederd is gone: stopping feederd takes care of what is left.
  }
  return latest;
}

/** With --json, stdout is for the job alone. */
function say(output: Output, text: string): void {
  if (output.isJson) output.note(text);
  else output.print(text);
}
