import { InvalidArgumentError } from 'commander';
import type { SubmitRequest, WireBatch } from '../../core/api-wire.ts';
import { ERROR_CODES, NommerError, received, type ErrorCode } from '../../core/errors.ts';
import type { WireJob } from '../../core/job-wire.ts';
import type { NotifyEvent } from '../../core/notification.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT_CODE, type ExitCode } from '../exit-code.ts';
import { watchToTheEnd } from '../progress/watch-to-the-end.ts';
import { formatUri, nameOfUri } from '../render/format-uri.ts';
import { shortId } from '../render/short-id.ts';
import { reportError } from '../report-error.ts';
import { batchRequests } from './batch-requests.ts';
import { readDestination } from './destination.ts';
import { chooseOptions, type GivenOptions } from './job-options.ts';
import { planRequests } from './plan-requests.ts';
import { readMetadata } from './read-metadata.ts';

export interface SubmitOptions extends GivenOptions {
  readonly to?: string;
  readonly notify?: string;
  readonly webhook?: string;
  readonly webhookEvents?: readonly NotifyEvent[];
  readonly metadata?: readonly string[];
  readonly watch?: boolean;
}

/** Submits a job for each source, then watches them if asked to. */
export async function submitSources(
  context: CommandContext,
  sources: readonly string[],
  options: SubmitOptions,
): Promise<ExitCode> {
  const { client, output } = context;
  const cwd = process.cwd();
  const destination = readDestination(options.to, cwd);
  if (destination.kind === 'file' && sources.length > 1) {
    throw new InvalidArgumentError(
      `--to must be a folder for several sources, so end it with a slash; received ${received(options.to)}`,
    );
  }
  if (options.webhookEvents !== undefined && options.webhook === undefined) {
    throw new InvalidArgumentError('--webhook-events are those of --webhook, which is missing.');
  }
  const presets = await client.presets();
  const chosen = await chooseOptions(options, presets);
  const { requests, refused } = await planRequests(sources, { destination, chosen, cwd });
  const complain = (subject: string, thrown: unknown) =>
    reportError(thrown, { output, url: context.url, subject });
  for (const { source, thrown } of refused) complain(source, thrown);

  const extras: Partial<SubmitRequest> = {
    ...(options.notify !== undefined && { notify_url: options.notify }),
    ...(options.webhook !== undefined && {
      notify: { url: options.webhook, events: options.webhookEvents ?? null },
    }),
    ...(options.metadata !== undefined && { metadata: readMetadata(options.metadata) }),
  };
  const jobs: WireJob[] = [];
  for (const batch of batchRequests(requests.map((request) => ({ ...request, ...extras })))) {
    const answers = await client.submitMany(batch);
    for (const [index, answer] of answers.entries()) {
      if ('job' in answer) {
        jobs.push(answer.job);
        tellOf(answer.job, context);
      } else {
        complain(nameOfUri(batch[index]?.source_path ?? ''), toError(answer.problem));
      }
    }
  }

  const isComplete = jobs.length === sources.length;
  if (options.watch === true && jobs.length > 0) {
    const exitCode = await watchToTheEnd(jobs, context);
    return isComplete || exitCode === EXIT_CODE.interrupted ? exitCode : EXIT_CODE.failed;
  }
  if (output.isTerminal && jobs.length > 0) {
    const ids = jobs.length === 1 ? `watch ${jobs[0]?.unique_id}` : 'list';
    output.note(output.paintNote('faint', `To see how far it is: media-nommer ${ids}`));
  }
  return isComplete ? EXIT_CODE.ok : EXIT_CODE.failed;
}

function tellOf(job: WireJob, { output }: CommandContext): void {
  if (output.isJson) return output.emit(job);
  const { paint } = output.paper();
  const id = output.isTerminal ? shortId(job.unique_id) : job.unique_id;
  output.print(
    `${paint('faint', id)}  ${nameOfUri(job.source_path)} → ${formatUri(job.dest_path)}`,
  );
}

type Refusal = Extract<WireBatch['jobs'][number], { problem: unknown }>;

function toError({ error_code: code, detail }: Refusal['problem']): NommerError {
  return new NommerError(isErrorCode(code) ? code : 'INTERNAL', detail);
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}
