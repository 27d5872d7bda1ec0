import { isFinished } from '../../src/core/job.ts';
import { decodeJobMessage } from '../../src/core/messages.ts';
import { startChaos } from './actors/chaos.ts';
import { FeederdHost } from './actors/feederd-host.ts';
import { NodeHost } from './actors/node-host.ts';
import { destOf, startPeople } from './actors/submitters.ts';
import type { Dangers } from './dangers.ts';
import { Installation } from './installation.ts';
import { mayStay } from './may-stay.ts';
import { INVARIANTS } from './invariants/all.ts';
import type { Mutant } from './mutants/mutant.ts';
import { drawScenario, type Scenario } from './scenario.ts';
import { startedByHand, type Machine } from './twins/fleet-twin.ts';
import { EPOCH_MS } from './world/sim-process.ts';
import { World, type Violation } from './world/world.ts';

export interface RunResult {
  readonly seed: number;
  readonly violation: Violation | undefined;
  readonly hash: string;
  readonly lines: readonly string[];
  readonly happenings: number;
  readonly virtualMs: number;
  readonly dangers: Dangers;
}

export interface RunOptions {
  readonly mutant?: Mutant | undefined;
  readonly keepsTrace?: boolean;
  readonly scenario?: Scenario;
  /** The only one to look at; default: all. */
  readonly invariant?: string | undefined;
  /** Done before anything happens. */
  readonly prepare?: (installation: Installation) => void;
}

/** After the calm, so much later everything must have come to rest: the longest back-off is 43 minutes. */
const REST_MS = 4_000_000;
/** A notification that is to be tried later than this is not waited for. */
const WORTH_WAITING_MS = 400_000;

/** Runs one seed: its scenario, its faults and its order of things. */
export async function runSeed(seed: number, options: RunOptions = {}): Promise<RunResult> {
  const world = new World({ seed, keepsTrace: options.keepsTrace ?? false });
  const scenario = options.scenario ?? drawScenario(world.random);
  const { mutant } = options;
  const invariants =
    options.invariant === undefined
      ? INVARIANTS
      : INVARIANTS.filter(({ id }) => id === options.invariant);
  const installation = new Installation({ world, scenario, invariants, mutant });
  options.prepare?.(installation);
  openInstallation(installation);
  startChaos(installation);
  startPeople(installation);
  await runToRest(installation);
  return {
    seed,
    violation: world.violation,
    hash: world.trace.hash,
    lines: world.trace.lines,
    happenings: world.happenings,
    virtualMs: world.now,
    dangers: Object.fromEntries(installation.facts.dangers),
  };
}

/** Starts the feederds, and from then on every machine that they launch. */
function openInstallation(installation: Installation): void {
  const { world, fleet, scenario, feederds, nodes, judge, newJobs, media } = installation;
  const add = (machine: Machine) => {
    const node = new NodeHost(machine, installation);
    nodes.push(node);
    return node;
  };
  const boot = (machine: Machine) => {
    const node = add(machine);
    if (installation.hangsNextBoot || world.random.chance(installation.troubles.bootHangs)) {
      installation.hangsNextBoot = false;
      return;
    }
    world.after(world.random.between(2000, 30_000), () => node.start());
  };
  fleet.onLaunched = boot;
  fleet.onTerminated = ({ nodeId }) => {
    const node = nodes.find((each) => each.nodeId === nodeId);
    if (node?.process?.isAlive === true) node.sigterm();
    world.after(world.random.between(1000, 10_000), () => node?.takeAway());
  };
  for (let index = 0; index < scenario.feederds; index += 1) {
    feederds.push(new FeederdHost(`feederd-${'ab'[index] ?? index}`, installation));
  }
  if (scenario.byHandAt !== undefined) {
    world.after(scenario.byHandAt, () => {
      installation.facts.count('a node by hand');
      add(startedByHand(world.now)).start();
    });
  }
  for (const plan of scenario.jobs) {
    if (!plan.hadOutput) continue;
    media.objects.set(destOf(plan.destination), { jobId: 'somebody', attempt: 1, isWhole: true });
  }
  newJobs.onTaken = ({ body, receiptBefore, receivedBy }, by) => {
    if (by === undefined) return;
    judge.tell('received', { body, receiptBefore, receivedBy, by });
    const works = [...(installation.nodeOf(by)?.attempts ?? [])];
    if (works.some((attempt) => attempt.split(' ')[0] === decodeJobMessage(body))) {
      installation.facts.count('a node receives the message of a job that it works on');
    }
  };
  const everySecond = () => {
    judge.tell('second', { now: world.now });
    world.after(1000, everySecond);
  };
  world.after(1000, everySecond);
}

async function runToRest(installation: Installation): Promise<void> {
  const { world, judge } = installation;
  let isDrained = false;
  let looksAgainAt = 0;
  const workMs = installation.scenario.jobs.reduce((sum, { encodeMs }) => sum + encodeMs, 0);
  await world.run(() => {
    const { troubledUntil } = installation;
    if (world.now < troubledUntil || world.now < looksAgainAt) return false;
    looksAgainAt = world.now + 1000;
    isDrained = isAtRest(installation);
    return isDrained || world.now > troubledUntil + REST_MS + 3 * workMs;
  });
  if (world.violation === undefined) judge.tell('end', { isDrained });
}

/** Nothing is left to be done by anybody. */
function isAtRest(installation: Installation): boolean {
  const { store, plans, facts, newJobs, stateChanges, media, nodes, world } = installation;
  const jobs = store.all();
  if (facts.accepted.size < plans.size || facts.errands > 0) return false;
  if (jobs.some((job) => !isFinished(job))) return false;
  const dueSoon = (at: number) => at - EPOCH_MS - world.now < WORTH_WAITING_MS;
  if (jobs.some(({ undelivered }) => undelivered.some(({ nextTryAt }) => dueSoon(nextTryAt))))
    return false;
  if (stateChanges.messages.length > 0 || newJobs.dead.length > 0) return false;
  if ([...media.uploads.values()].some((upload) => !mayStay(upload, installation))) return false;
  if (newJobs.messages.length > 0 && nodes.some(({ takesJobs }) => takesJobs)) return false;
  return nodes.every(({ machine }) => machine.isGone);
}
