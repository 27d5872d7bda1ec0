import type { NotifyEvent } from '../../src/core/notification.ts';
import type { Random } from './world/random.ts';

/** What becomes of an encode. */
export type Luck =
  | 'good'
  /** The encoder crashes a few times, then it works. */
  | 'flaky'
  /** The encoder crashes each time. */
  | 'poison'
  /** Cannot be encoded at all. */
  | 'bad';

export interface JobPlan {
  /** Also its idempotency key. */
  readonly id: string;
  readonly submitAt: number;
  /** So many times with the same key, at about the same time. */
  readonly submits: number;
  readonly encodeMs: number;
  readonly luck: Luck;
  /** Whether its output is so short that one call publishes it. */
  readonly isShort: boolean;
  readonly crashes: number;
  readonly notify: 'none' | 'url' | readonly NotifyEvent[];
  readonly cancelAt: number | undefined;
  readonly retryAt: number | undefined;
}

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
  /** 0 = nothing goes wrong; 1 = much does. */
  readonly harshness: number;
}

/** How long encodes take: short ones, and some that outlive a lease. */
const LENGTHS = [
  [500, 10_000],
  [5000, 40_000],
  [40_000, 100_000],
] as const;
const HARSHNESS = [0, 0.2, 0.5, 1] as const;

/** Draws a run. Small ones: what goes wrong between three goes wrong between two. */
export function drawScenario(random: Random): Scenario {
  const harshness = random.pick(HARSHNESS);
  const calmAt = random.whole(30, 240) * 1000;
  const count = random.pick([1, 1, 2, 2, 3, 4, 6]);
  const areLong = random.chance(0.05);
  return {
    feederds: random.chance(0.5) ? 1 : 2,
    maxNodes: random.pick([1, 2, 2, 3]),
    slotsPerNode: random.pick([1, 1, 2]),
    scalingPolicy: random.pick(['overflow', 'wait-target']),
    abandonAfterSeconds: random.pick([240, 600, 3600]),
    jobs: Array.from({ length: count }, (_, index) =>
      drawJob(`job-${index + 1}`, { random, calmAt, areLong }),
    ),
    calmAt,
    maxSkewMs: random.pick([0, 0, 500, 5000, 45_000]) * Math.sign(harshness),
    harshness,
  };
}

function drawJob(
  id: string,
  { random, calmAt, areLong }: { random: Random; calmAt: number; areLong: boolean },
): JobPlan {
  const submitAt = random.next() * calmAt * 0.8;
  // A long one that fails each time would take the rest of the day.
  const luck = areLong
    ? 'good'
    : random.pick<Luck>(['good', 'good', 'good', 'good', 'good', 'flaky', 'poison', 'bad']);
  const notify = random.pick<JobPlan['notify']>([
    'none',
    'url',
    ['finished'],
    ['state'],
    ['progress', 'finished'],
  ]);
  const later = (probability: number) =>
    random.chance(probability) ? submitAt + random.next() * 120_000 : undefined;
  return {
    id,
    submitAt,
    submits: random.pick([1, 1, 1, 2, 3]),
    encodeMs: areLong ? random.between(250_000, 400_000) : drawLength(random),
    luck,
    isShort: random.chance(0.3),
    crashes: random.whole(1, 2),
    notify,
    cancelAt: later(0.2),
    retryAt: later(0.3),
  };
}

function drawLength(random: Random): number {
  const [least, most] = random.pick(LENGTHS);
  return random.between(least, most);
}
