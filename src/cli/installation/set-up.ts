import type { AwsResources, Resource, Seen } from '../choose-place.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT_CODE, type ExitCode } from '../exit-code.ts';
import { describePlace } from './describe-place.ts';
import { anyArn, lookAtAll, requireCredentials } from './look-at-all.ts';
import { sayNotes, sayStep } from './say.ts';
import type { Step } from './step.ts';

interface SetUp {
  readonly dryRun: boolean;
  readonly context: CommandContext;
}

/** Makes what is missing, and puts right what is its own. What fails keeps only what needs it from being tried. */
export async function setUp(opened: AwsResources, { dryRun, context }: SetUp): Promise<ExitCode> {
  const { output, nomconf } = context;
  const looks = await lookAtAll(opened.resources, opened);
  requireCredentials(looks);
  if (!output.isJson) output.print(`${describePlace(nomconf.settings, anyArn(looks))}\n`);
  const steps = new Map<Resource, Step>();
  for (const [resource, seen] of looks) {
    const { kind, name } = resource;
    const needed = resource.needs?.find((each) => isLost(steps.get(each)));
    const done = dryRun
      ? plan(resource, seen)
      : needed !== undefined && seen.state !== 'there'
        ? { state: 'skipped' as const, error: `it needs the ${needed.kind} ${needed.name}` }
        : await act(resource, seen, opened);
    const step = { kind, name, ...done };
    steps.set(resource, step);
    sayStep(step, context);
  }
  const all = [...steps.values()];
  const wrong = all.filter(({ error }) => error !== undefined).length;
  const isNew = all.some(({ state }) => state === 'created');
  if (!output.isJson) output.print(`\n${dryRun ? summarizePlan(all) : summarize(all)}`);
  sayNotes(
    [
      ...opened.notes.map((text) => ['warning', text] as const),
      ...(isNew && wrong === 0 ? [['active', NEXT] as const] : []),
    ],
    context,
  );
  return wrong === 0 ? EXIT_CODE.ok : EXIT_CODE.failed;
}

const NEXT = 'Next: start feederd, and run doctor on its machine (docs/aws.md, section 5).';
const BY_HAND: Partial<Record<Resource['kind'], string>> = {
  image: 'there is no such image in this region: build one (deploy/ami) and set EC2_AMI_ID',
  table: 'setup changes no table: give it another name, or delete it',
};

type Outcome = Omit<Step, 'kind' | 'name'>;

/** What is to be done; given an error, it is not setup that can do it. */
function plan(resource: Resource, seen: Seen): Outcome {
  const byHand = BY_HAND[resource.kind] ?? 'setup did not make it, and leaves it as it is';
  switch (seen.state) {
    case 'unknown':
      return { state: 'unknown', error: seen.error.message };
    case 'missing':
      return { state: 'missing', ...(resource.create === undefined && { error: byHand }) };
    case 'there':
      return { state: 'there', ...detailOf(seen) };
    case 'differs':
      return seen.canRepair
        ? { state: 'differs', ...detailOf(seen) }
        : { state: 'differs', error: `${seen.detail ?? 'it differs'}; ${byHand}` };
  }
}

async function act(resource: Resource, seen: Seen, opened: AwsResources): Promise<Outcome> {
  const planned = plan(resource, seen);
  if (planned.error !== undefined || seen.state === 'there') return planned;
  try {
    if (seen.state === 'missing') {
      await resource.create?.();
      return { state: 'created' };
    }
    await resource.repair?.();
    return { state: 'changed', ...detailOf(await opened.look(resource)) };
  } catch (thrown: unknown) {
    return { state: 'failed', error: opened.explain(thrown, resource).message };
  }
}

function detailOf(seen: Seen): { readonly detail?: string } {
  return 'detail' in seen && seen.detail !== undefined ? { detail: seen.detail } : {};
}

/** Whether what needs it need not be tried. */
function isLost(step: Step | undefined): boolean {
  return step !== undefined && ['failed', 'skipped'].includes(step.state);
}

function summarizePlan(steps: readonly Step[]): string {
  const todo = steps.filter(({ error }) => error === undefined);
  const create = count(todo, 'missing');
  const change = count(todo, 'differs');
  const parts = [
    ...(create > 0 ? [`${create} to create`] : []),
    ...(change > 0 ? [`${change} to change`] : []),
  ];
  const wrong = wrongOf(steps);
  if (parts.length > 0) return `${parts.join(', ')}; run it without --dry-run.${wrong}`;
  return wrong === '' ? 'Nothing to do: all is there.' : `Nothing that setup can do.${wrong}`;
}

function summarize(steps: readonly Step[]): string {
  const created = count(steps, 'created');
  const changed = count(steps, 'changed');
  const parts = [
    ...(created > 0 ? [`${created} created`] : []),
    ...(changed > 0 ? [`${changed} changed`] : []),
  ];
  const wrong = wrongOf(steps);
  if (parts.length > 0) return `Done: ${parts.join(', ')}.${wrong}`;
  return wrong === '' ? 'Nothing to do: all is there.' : `Nothing was done.${wrong}`;
}

function wrongOf(steps: readonly Step[]): string {
  const unknown = count(steps, 'unknown');
  const wrong = steps.filter(({ error }) => error !== undefined).length - unknown;
  const parts = [
    ...(wrong > 0
      ? [wrong === 1 ? '1 is not as it has to be' : `${wrong} are not as they have to be`]
      : []),
    ...(unknown > 0 ? [`AWS did not tell of ${unknown}`] : []),
  ];
  return parts.map((part) => ` ${part}.`).join('');
}

function count(steps: readonly Step[], state: Step['state']): number {
  return steps.filter((step) => step.state === state).length;
}
