import { toNommerError } from '../../core/errors.ts';
import { openPlace, type AwsResources, type Resource, type Seen } from '../choose-place.ts';
import type { CommandContext } from '../command-context.ts';
import { confirm } from '../confirm.ts';
import { EXIT_CODE, type ExitCode } from '../exit-code.ts';
import { refuseWhileFeederdRuns } from '../refuse-while-feederd-runs.ts';
import { plural } from '../../core/format-figures.ts';
import { countJobs, describeJobs } from './count-jobs.ts';
import { describePlace, installationName } from './describe-place.ts';
import { anyArn, lookAtAll, requireCredentials } from './look-at-all.ts';
import { sayNotes, sayStep } from './say.ts';
import type { Step } from './step.ts';

interface TearDown {
  readonly dryRun: boolean;
  /** The name, where it need not be asked for. */
  readonly yes: string | undefined;
  readonly context: CommandContext;
}

type Plan = ReadonlyMap<Resource, Step>;

/** Ends the instances and deletes what is the installation's own. What fails keeps nothing else from being tried. */
export async function tearDown(
  opened: AwsResources,
  { dryRun, yes, context }: TearDown,
): Promise<ExitCode> {
  const { output, nomconf } = context;
  const doubt = dryRun ? undefined : await guard(context);
  const looks = await lookAtAll(opened.resources, opened);
  requireCredentials(looks);
  // What uses others goes before them.
  const all = [...(await opened.instances()), ...opened.resources.toReversed()];
  const plan = await planAll(all, looks, opened);
  const where = describePlace(nomconf.settings, anyArn(looks));
  if (!output.isJson) output.print(`${where}\n`);
  if (dryRun || !output.isJson) for (const step of plan.values()) sayStep(step, context);

  const toDelete = all.filter((resource) => plan.get(resource)?.state === 'delete');
  const unknown = [...plan.values()].filter(({ error }) => error !== undefined).length;
  const planned = unknown === 0 ? EXIT_CODE.ok : EXIT_CODE.failed;
  if (toDelete.length === 0) {
    const text =
      unknown === 0
        ? 'There is nothing to delete.'
        : `Nothing ${dryRun ? 'would be' : 'was'} deleted: AWS did not tell of ${plural(unknown, 'thing')}.`;
    sayNotes([[unknown === 0 ? 'active' : 'warning', text]], context);
    return planned;
  }
  if (dryRun) {
    const text = `${plural(toDelete.length, 'thing')} to delete; run it without --dry-run.`;
    if (!output.isJson) output.print(`\n${text}`);
    return planned;
  }
  const answer = await confirm(
    {
      name: installationName(nomconf.settings),
      paragraphs: [
        await describeLoss(toDelete, where, context),
        ...(doubt === undefined ? [] : [doubt]),
      ],
    },
    yes,
    context,
  );
  if (answer !== EXIT_CODE.ok) return answer;
  const steps = await removeAll(toDelete, opened, context);
  const isDone = steps.every(({ state }) => state === 'deleted');
  return isDone ? planned : EXIT_CODE.failed;
}

async function guard(context: CommandContext): Promise<string | undefined> {
  const place = await openPlace(context.nomconf.settings);
  try {
    const because = 'would launch new instances';
    return await refuseWhileFeederdRuns(context, { leadership: place.leadership, because });
  } finally {
    await place.close();
  }
}

async function planAll(
  all: readonly Resource[],
  looks: ReadonlyMap<Resource, Seen>,
  opened: AwsResources,
): Promise<Plan> {
  const steps = all.map(async (resource) => {
    const { kind, name } = resource;
    try {
      const seen = looks.get(resource) ?? (await resource.look());
      return [resource, { kind, name, ...(await planOne(resource, seen)) }] as const;
    } catch (thrown: unknown) {
      const error = opened.explain(thrown, resource).message;
      return [resource, { kind, name, state: 'unknown', error }] as const;
    }
  });
  return new Map(await Promise.all(steps));
}

async function planOne(resource: Resource, seen: Seen): Promise<Omit<Step, 'kind' | 'name'>> {
  if (seen.state === 'unknown') return { state: 'unknown', error: seen.error.message };
  if (seen.state === 'missing') return { state: 'gone' };
  if (typeof seen.isOwn !== 'boolean') return { state: 'unknown', error: seen.isOwn.message };
  if (!seen.isOwn || resource.remove === undefined) {
    return { state: 'leave', detail: 'not made by setup' };
  }
  const kept = await resource.whyKept?.();
  return kept === undefined ? { state: 'delete' } : { state: 'leave', detail: kept };
}

/** What is lost, in a sentence or two. */
async function describeLoss(
  toDelete: readonly Resource[],
  where: string,
  { nomconf: { settings } }: CommandContext,
): Promise<string> {
  const instances = toDelete.filter(({ kind }) => kind === 'instance').length;
  const isJobTable = ({ kind, name }: Resource) =>
    kind === 'table' && name === settings.jobStateTable;
  const parts = [
    ...(instances > 0 ? [plural(instances, 'running instance')] : []),
    plural(toDelete.length - instances, 'thing'),
    ...(toDelete.some(isJobTable) ? [await jobsIn(settings)] : []),
  ];
  return `${where} is about to lose, for good: ${parts.join(', ')}.`;
}

async function jobsIn(settings: CommandContext['nomconf']['settings']): Promise<string> {
  const place = await openPlace(settings);
  try {
    return describeJobs(await countJobs(place.store));
  } catch {
    // A table of another shape can be deleted all the same.
    return 'jobs that could not be counted';
  } finally {
    await place.close();
  }
}

async function removeAll(
  toDelete: readonly Resource[],
  opened: AwsResources,
  context: CommandContext,
): Promise<readonly Step[]> {
  if (!context.output.isJson) context.output.print('');
  const steps: Step[] = [];
  const add = (step: Step) => {
    steps.push(step);
    sayStep(step, context);
  };
  for (const resource of toDelete) add(await remove(resource, opened));
  const notes: ['warning', string][] = [];
  const late = await lateInstances(toDelete, opened);
  for (const each of late) add('look' in each ? await remove(each, opened) : each);
  if (late.some((each) => 'look' in each)) {
    notes.push([
      'warning',
      `${plural(late.length, 'instance')} came up meanwhile: a feederd runs somewhere.`,
    ]);
  }
  if (steps.some(({ kind, state }) => kind === 'queue' && state === 'deleted')) {
    notes.push([
      'warning',
      'SQS takes a minute to forget a queue: wait so long before you set up again.',
    ]);
  }
  const deleted = steps.filter(({ state }) => state === 'deleted').length;
  const left = steps.length - deleted;
  const rest = left === 0 ? '' : ` ${plural(left, 'thing')} could not be deleted.`;
  if (!context.output.isJson) context.output.print(`\n${plural(deleted, 'thing')} deleted.${rest}`);
  sayNotes(notes, context);
  return steps;
}

/** A feederd that nobody knew of may have launched some meanwhile. */
async function lateInstances(
  ended: readonly Resource[],
  opened: AwsResources,
): Promise<readonly (Resource | Step)[]> {
  try {
    // EC2 may show those that have been ended for some time.
    const known = new Set(ended.map(({ name }) => name));
    return (await opened.instances()).filter(({ name }) => !known.has(name));
  } catch (thrown: unknown) {
    const error = toNommerError(thrown).message;
    return [{ kind: 'instance', name: 'late ones', state: 'unknown', error }];
  }
}

async function remove(resource: Resource, opened: AwsResources): Promise<Step> {
  const { kind, name } = resource;
  try {
    // Somebody may have taken their time to confirm.
    const planned = await planOne(resource, await resource.look());
    if (planned.state === 'delete') await resource.remove?.();
    const isOver = planned.state === 'delete' || planned.state === 'gone';
    return isOver ? { kind, name, state: 'deleted' } : { kind, name, ...planned };
  } catch (thrown: unknown) {
    return { kind, name, state: 'failed', error: opened.explain(thrown, resource).message };
  }
}
