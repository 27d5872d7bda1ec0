import type { NotifyEvent } from '../../src/core/notification.ts';
import { drawAim, type Aim } from './aims.ts';
import type { SimSettings } from './installation.ts';
import type { Random } from './world/random.ts';

/** What becomes of an encode. */
export type Luck =
  | 'good'
  /** The encoder crashes a few times, then it works. */
  | 'flaky'
  /** The encoder crashes each time. */
  | 'poison'
  /** It takes the whole node with it, each time. */
  | 'killer'
  /** Cannot be encoded at all. */
  | 'bad';

export interface JobPlan {
  /** Also its idempotency key. */
  readonly id: string;
  readonly submitAt: number;
  /** So many times with the same key, at about the same time. */
  readonly submits: number;
  /** When somebody submits something else under the same key. */
  readonly otherAt: number | undefined;
  readonly encodeMs: number;
  readonly luck: Luck;
  /** Whether its output is so short that one call publishes it. */
  readonly isShort: boolean;
  /** Whose output goes to the same place; usually nobody else's. */
  readonly destination: string;
  /** Whether something is there already. */
  readonly hadOutput: boolean;
  readonly crashes: number;
  readonly notify: 'none' | 'url' | readonly NotifyEvent[];
  /** Says that it is gone (410), or for how long it wants to be left alone. */
  readonly receiver: 'good' | 'gone' | 'asks for time';
  readonly cancelAt: number | undefined;
  readonly retryAt: number | undefined;
  /** Whether somebody has it tried again after it has ended without an output. */
  readonly isRetriedAtEnd: boolean;
  /** When somebody wants its first notification again. */
  readonly redeliverAt: number | undefined;
}

/** The one thing that goes wrong in a run in which nothing else does. */
export type LoneStrike =
  | 'kill the holder'
  | 'take the holder away'
  | 'stop the holder'
  | 'spot notice'
  | 'rebalance'
  | 'holder stands still'
  | 'holder sleeps'
  | 'holder is cut off'
  | 'kill the leader'
  | 'stop the leader'
  | 'all feederds die'
  | 'lose a message'
  | 'double a message'
  | 'a boot hangs'
  /** For so long that jobs are given up. */
  | 'no capacity';

const LONE_STRIKES: readonly LoneStrike[] = [
  'kill the holder',
  'take the holder away',
  'stop the holder',
  'stop the holder',
  'spot notice',
  'rebalance',
  'holder stands still',
  'holder sleeps',
  'holder is cut off',
  'kill the leader',
  'stop the leader',
  'all feederds die',
  'lose a message',
  'double a message',
  'a boot hangs',
  'no capacity',
];

/** One run: who is there, what they are to do, and how much goes wrong. */
export interface Scenario {
  readonly feederds: number;
  readonly maxNodes: number;
  readonly slotsPerNode: number;
  readonly scalingPolicy: 'overflow' | 'wait-target';
  readonly abandonAfterSeconds: number;
  readonly jobs: readonly JobPlan[];
  /** From then on nothing goes wrong any more. */
  readonly calmAt: number;
  readonly maxSkewMs: number;
  /** 0 = nothing goes wrong, but for `strike`; 1 = much does. */
  readonly harshness: number;
  readonly strike: LoneStrike | Aim | undefined;
  /** Calls that fare badly besides those which chance picks. */
  readonly aims: readonly Aim[];
  /** A message received more often is a dead letter. */
  readonly maxReceives: number;
  /** When somebody starts a node by hand. */
  readonly byHandAt: number | undefined;
  /** Whether a node hangs for ever. */
  readonly hasFrozenNode: boolean;
  /** Whether nodes run on feederd's own machine: then it ends the idle ones when it stops. */
  readonly isLocal: boolean;
  readonly settings?: Partial<SimSettings>;
}

/** How long encodes take: short ones, and some that outlive a lease. */
const LENGTHS = [
  [500, 10_000],
  [5000, 40_000],
  [40_000, 100_000],
] as const;
const HARSHNESS = [0, 0, 0.2, 0.5, 1] as const;

/** Draws a run. Small ones: what goes wrong between three goes wrong between two. */
export function drawScenario(random: Random): Scenario {
  const harshness = random.pick(HARSHNESS);
  const isHarsh = harshness > 0;
  const calmAt = isHarsh ? random.whole(30, 200) * 1000 : 0;
  const count = random.pick(isHarsh ? [1, 1, 2, 2, 3, 4] : [1, 1, 2, 3]);
  const submitUntil = isHarsh ? calmAt * 0.8 : 40_000;
  // Those that are very long outlive many receipts of a second message.
  const longest = random.chance(0.04) ? random.pick([400_000, 400_000, 2_000_000]) : 0;
  const isVeryLong = longest > 1_000_000;
  const isAimed = random.chance(0.4);
  const drawn = isAimed ? drawAim(random) : random.pick(LONE_STRIKES);
  const lone = isVeryLong ? 'double a message' : drawn;
  return {
    feederds: random.chance(0.5) ? 1 : 2,
    maxNodes: random.pick([1, 2, 2, 3]),
    slotsPerNode: random.pick([1, 1, 2]),
    scalingPolicy: random.pick(['overflow', 'wait-target']),
    abandonAfterSeconds: lone === 'no capacity' ? 240 : random.pick([240, 600, 3600]),
    jobs: Array.from({ length: count }, (_, index) =>
      drawJob(`job-${index + 1}`, { random, submitUntil, longest, isHarsh }),
    ),
    calmAt,
    maxSkewMs: random.pick([0, 0, 500, 5000, 45_000]) * Math.sign(harshness),
    harshness,
    strike: isHarsh || random.chance(0.05) ? undefined : lone,
    aims: isHarsh ? Array.from({ length: random.whole(0, 4) }, () => drawAim(random)) : [],
    maxReceives: !isVeryLong && random.chance(0.25) ? random.whole(3, 8) : 100,
    byHandAt:
      lone !== 'no capacity' && random.chance(isHarsh ? 0.15 : 0.3)
        ? random.next() * 60_000
        : undefined,
    hasFrozenNode: isHarsh && random.chance(0.03),
    isLocal: random.chance(0.3),
  };
}

function drawJob(
  id: string,
  {
    random,
    submitUntil,
    longest,
    isHarsh,
  }: { random: Random; submitUntil: number; longest: number; isHarsh: boolean },
): JobPlan {
  const submitAt = random.next() * submitUntil;
  // A long one that fails each time would take the rest of the day.
  const luck = longest > 0 ? 'good' : drawLuck(random, isHarsh);
  const later = (probability: number) =>
    random.chance(probability) ? submitAt + random.next() * 90_000 : undefined;
  return {
    id,
    submitAt,
    submits: random.pick([1, 1, 1, 2, 3]),
    otherAt: later(0.1),
    encodeMs: longest > 0 ? longest * random.between(0.8, 1) : drawLength(random),
    luck,
    isShort: random.chance(0.4),
    destination: random.chance(0.15) ? 'job-1' : id,
    hadOutput: random.chance(0.3),
    crashes: random.whole(1, 2),
    notify: random.pick<JobPlan['notify']>([
      'none',
      'url',
      ['finished'],
      ['state'],
      ['progress', 'finished'],
    ]),
    receiver: random.pick(['good', 'good', 'good', 'good', 'gone', 'asks for time']),
    cancelAt: later(0.2),
    retryAt: later(0.1),
    isRetriedAtEnd: random.chance(0.2),
    redeliverAt: later(0.15),
  };
}

function drawLuck(random: Random, isHarsh: boolean): Luck {
  if (!isHarsh) return random.pick(['good', 'good', 'good', 'good', 'flaky', 'bad']);
  if (random.chance(0.04)) return 'killer';
  return random.pick(['good', 'good', 'good', 'good', 'good', 'flaky', 'poison', 'bad']);
}

function drawLength(random: Random): number {
  const [least, most] = random.pick(LENGTHS);
  return random.between(least, most);
}

/** A good job and nothing besides, but for what is given. */
export function plainJob(job: Partial<JobPlan> & { readonly id: string }): JobPlan {
  return {
    submitAt: 100,
    submits: 1,
    otherAt: undefined,
    encodeMs: 9000,
    luck: 'good',
    isShort: false,
    destination: job.id,
    hadOutput: false,
    crashes: 1,
    notify: 'url',
    receiver: 'good',
    cancelAt: undefined,
    retryAt: undefined,
    isRetriedAtEnd: false,
    redeliverAt: undefined,
    ...job,
  };
}

/** A run in which nothing goes wrong, but for what is given. */
export function plainScenario(scenario: Partial<Scenario>): Scenario {
  return {
    feederds: 1,
    maxNodes: 1,
    slotsPerNode: 1,
    scalingPolicy: 'overflow',
    abandonAfterSeconds: 3600,
    jobs: [],
    calmAt: 0,
    maxSkewMs: 0,
    harshness: 0,
    strike: undefined,
    aims: [],
    maxReceives: 100,
    byHandAt: undefined,
    hasFrozenNode: false,
    isLocal: false,
    ...scenario,
  };
}

/** Two long jobs for two nodes, and one thing that goes wrong. */
export function struck(strike: LoneStrike | Aim): () => Scenario {
  return () =>
    plainScenario({
      maxNodes: 2,
      byHandAt: 0,
      strike,
      jobs: ['job-1', 'job-2'].map((id) =>
        plainJob({ id, encodeMs: 70_000, hadOutput: true, notify: ['state'] }),
      ),
    });
}

/** An encode that takes longer than a queue holds a message. Seldom renewed, so that it is soon run. */
export function longHold(): Scenario {
  return plainScenario({
    slotsPerNode: 2,
    jobs: [plainJob({ id: 'job-1', encodeMs: 13 * 3_600_000 })],
    settings: { leaseSeconds: 120, renewSeconds: 30, progressSeconds: 30, reconcileSeconds: 20 },
  });
}
