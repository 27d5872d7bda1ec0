import { InvalidArgumentError } from 'commander';
import type { SubmitRequest } from '../../core/api-wire.ts';
import { NommerError, received } from '../../core/errors.ts';
import { plural } from '../../core/format-figures.ts';
import { isFinishedState } from '../../core/job-states.ts';
import type { WireJob } from '../../core/job-wire.ts';
import type { NotifyEvent } from '../../core/notification.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT_CODE, type ExitCode } from '../exit-code.ts';
import { watchToTheEnd } from '../progress/watch-to-the-end.ts';
import { reportError } from '../report-error.ts';
import { readDestination, type Destination } from './destination.ts';
import { findSources, type Refused, type Source } from './find-sources.ts';
import { chooseOptions, type GivenOptions } from './job-options.ts';
import { checkNameTemplate } from './name-template.ts';
import { planRequests, type Planned } from './plan-requests.ts';
import { readMetadata } from './read-metadata.ts';
import { SubmitDisplay } from './submit-display.ts';
import { submitPlanned } from './submit-planned.ts';

export interface SubmitOptions extends GivenOptions {
  readonly to?: string;
  readonly name?: string;
  readonly recursive?: boolean;
  readonly again?: boolean;
  readonly notify?: string;
  readonly webhook?: string;
  readonly webhookEvents?: readonly NotifyEvent[];
  readonly metadata?: readonly string[];
  readonly watch?: boolean;
}

/** Submits a job for each source, then watches them if asked to. */
export async function submitSources(
  context: CommandContext,
  given: readonly string[],
  options: SubmitOptions,
): Promise<ExitCode> {
  const cwd = process.cwd();
  const destination = readDestination(options.to, cwd);
  checkOptions(given, destination, options);
  const presets = await context.client.presets();
  const chosen = await chooseOptions(options, presets);
  const found = await findSources(given, { cwd, recursive: options.recursive === true });
  checkOneOutput(found.sources, destination, options);
  const plan = planRequests(found.sources, { destination, chosen, template: options.name });
  const refused = [...found.refused, ...plan.refused];
  for (const each of [...refused, ...plan.collisions]) complain(each, context);
  if (plan.collisions.length > 0) {
    context.output.note(
      'Nothing was submitted. Give --name, which may tell them apart by {source_ext}, or another --to.',
    );
    return EXIT_CODE.usage;
  }

  const extras = extrasOf(options);
  const planned = plan.planned.map((each) => ({
    ...each,
    request: { ...each.request, ...extras },
  }));
  const jobs = await submitAll(planned, context, options);
  const isComplete = refused.length === 0 && jobs.length === planned.length;
  const open = jobs.filter(({ job_state: state }) => !isFinishedState(state));
  if (options.watch === true && open.length > 0) {
    const exitCode = await watchToTheEnd(open, context);
    return isComplete || exitCode === EXIT_CODE.interrupted ? exitCode : EXIT_CODE.failed;
  }
  if (context.output.isTerminal && open.length > 0) sayHowToWatch(open, context);
  return isComplete ? EXIT_CODE.ok : EXIT_CODE.failed;
}

/** @returns the jobs that were accepted, now or by the same command before */
async function submitAll(
  planned: readonly Planned[],
  context: CommandContext,
  { again = false }: SubmitOptions,
): Promise<readonly WireJob[]> {
  const { client, output } = context;
  const jobs: WireJob[] = [];
  const refused: Refused[] = [];
  const display = new SubmitDisplay(output, planned.length);
  try {
    await submitPlanned(planned, {
      client,
      again,
      onJob: (job) => {
        jobs.push(job);
        display.accepted(job);
      },
      onRefused: ({ source }, thrown) => refused.push({ source: source.name, thrown }),
    });
  } catch (thrown: unknown) {
    if (jobs.length > 0 && !output.isJson) {
      const share = `${jobs.length} of ${plural(planned.length, 'job')}`;
      output.note(`${share} submitted; the same command again goes on with the rest.`);
    }
    throw thrown;
  } finally {
    display.end();
    for (const each of refused) complain(each, context);
  }
  return jobs;
}

function complain({ source, thrown }: Refused, { output, url }: CommandContext): void {
  reportError(thrown, { output, url, subject: source });
}

/** @throws InvalidArgumentError */
function checkOptions(
  given: readonly string[],
  destination: Destination,
  { to, name, webhook, webhookEvents }: SubmitOptions,
): void {
  if (destination.kind === 'file' && given.length > 1) throw mustBeFolder(to);
  if (destination.kind === 'file' && name !== undefined) {
    throw new InvalidArgumentError('--name is for outputs in a folder: end --to with a slash.');
  }
  if (webhookEvents !== undefined && webhook === undefined) {
    throw new InvalidArgumentError('--webhook-events are those of --webhook, which is missing.');
  }
  try {
    if (name !== undefined) checkNameTemplate(name);
  } catch (thrown: unknown) {
    throw thrown instanceof NommerError ? new InvalidArgumentError(thrown.message) : thrown;
  }
}

/** A folder or a glob may turn out to be several. */
function checkOneOutput(
  sources: readonly Source[],
  destination: Destination,
  { to }: SubmitOptions,
): void {
  if (destination.kind === 'file' && sources.some(({ found }) => found !== null)) {
    throw mustBeFolder(to);
  }
}

function mustBeFolder(to: string | undefined): InvalidArgumentError {
  return new InvalidArgumentError(
    `--to must be a folder for several sources, so end it with a slash; received ${received(to)}`,
  );
}

function extrasOf({ notify, webhook, webhookEvents, metadata }: SubmitOptions) {
  const extras: Partial<SubmitRequest> = {
    ...(notify !== undefined && { notify_url: notify }),
    ...(webhook !== undefined && { notify: { url: webhook, events: webhookEvents ?? null } }),
    ...(metadata !== undefined && { metadata: readMetadata(metadata) }),
  };
  return extras;
}

function sayHowToWatch(open: readonly WireJob[], { output }: CommandContext): void {
  const [first] = open;
  const ids = open.length === 1 && first !== undefined ? ` ${first.unique_id}` : '';
  output.note(output.paintNote('faint', `To see how far it is: media-nommer watch${ids}`));
}
