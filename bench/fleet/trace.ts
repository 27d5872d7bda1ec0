import { Random } from '../../test/simulation/world/random.ts';

/** One job: when it is submitted, and how long a slot works on it. Milliseconds since the trace began. */
export interface Arrival {
  readonly atMs: number;
  readonly workMs: number;
}

export const TRACE_HOURS = 48;
const HOUR_MS = 3_600_000;
const END_MS = TRACE_HOURS * HOUR_MS;

/** Of all encodes: half take longer. With the spread below the mean is 307 s. */
const MEDIAN_WORK_SECONDS = 240;
/** Of the logarithm: one encode in six takes more than twice the median. */
const WORK_SPREAD = 0.7;
const WORK_LIMITS = { least: 20, most: 3600 };

/** Jobs an hour, where they come independently of each other. */
const SPARSE_AN_HOUR = 2;
const POISSON_AN_HOUR = 60;
const DIURNAL_AN_HOUR = { night: 4, noon: 116 };
const BURSTS = { anHour: 0.5, jobs: 30, withinMs: 60_000, betweenAnHour: 4 };

/** Two days of jobs, by name; the same seed, the same jobs. */
export const TRACES = {
  sparse: (seed: number) => arrivals(seed, (random) => constant(random, SPARSE_AN_HOUR)),
  Poisson: (seed: number) => arrivals(seed, (random) => constant(random, POISSON_AN_HOUR)),
  bursty: (seed: number) => arrivals(seed, bursts),
  diurnal: (seed: number) => arrivals(seed, daysAndNights),
} as const;

export type TraceName = keyof typeof TRACES;

function arrivals(seed: number, timesOf: (random: Random) => readonly number[]): Arrival[] {
  const random = new Random(seed);
  return timesOf(random)
    .filter((atMs) => atMs < END_MS)
    .toSorted((a, b) => a - b)
    .map((atMs) => ({ atMs: Math.floor(atMs), workMs: Math.round(workSeconds(random) * 1000) }));
}

/** Independent of each other, at one rate. */
function constant(random: Random, anHour: number): number[] {
  const times: number[] = [];
  let atMs = exponential(random, HOUR_MS / anHour);
  while (atMs < END_MS) {
    times.push(atMs);
    atMs += exponential(random, HOUR_MS / anHour);
  }
  return times;
}

/** Few jobs at any time, and now and then many within a minute. */
function bursts(random: Random): number[] {
  const times = constant(random, BURSTS.betweenAnHour);
  for (const beginMs of constant(random, BURSTS.anHour)) {
    // As often one job as a hundred.
    const jobs = Math.ceil(exponential(random, BURSTS.jobs));
    for (let job = 0; job < jobs; job += 1) times.push(beginMs + random.next() * BURSTS.withinMs);
  }
  return times;
}

/** A rate that rises from midnight to noon, and falls again. */
function daysAndNights(random: Random): number[] {
  const { night, noon } = DIURNAL_AN_HOUR;
  return constant(random, noon).filter((atMs) => {
    const day = (1 - Math.cos((2 * Math.PI * atMs) / (24 * HOUR_MS))) / 2;
    return random.chance((night + (noon - night) * day) / noon);
  });
}

function workSeconds(random: Random): number {
  const normal =
    Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const seconds = MEDIAN_WORK_SECONDS * Math.exp(WORK_SPREAD * normal);
  return Math.min(Math.max(seconds, WORK_LIMITS.least), WORK_LIMITS.most);
}

export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random.next());
}
