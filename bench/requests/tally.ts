import type { Count, Observation, Units } from './call-counter.ts';
import type { JobsObservation } from './measure-requests.ts';

/** Requests and what they consume, scaled to some time or some number of jobs. */
export type Tally = readonly Count[];

const NOTHING = { requests: 0, write: 0, read: 0 };

export function perHour({ counts, seconds }: Observation): Tally {
  return plus([], counts, 3600 / seconds);
}

/** What one job causes: what idle daemons ask in the same time is taken off. */
export function perJob({ counts, seconds, jobs }: JobsObservation, idle: Observation): Tally {
  const all = plus([], counts, 1 / jobs);
  return plus(all, idle.counts, -seconds / idle.seconds / jobs);
}

/** `to`, and `factor` times `added`. */
export function plus(to: Tally, added: Tally, factor: number): Tally {
  const all = new Map(to.map((count) => [keyOf(count), count]));
  for (const count of added) {
    const before = all.get(keyOf(count)) ?? NOTHING;
    all.set(keyOf(count), {
      ...count,
      requests: before.requests + count.requests * factor,
      write: before.write + count.write * factor,
      read: before.read + count.read * factor,
    });
  }
  return [...all.values()];
}

export function total(
  tally: Tally,
  isWanted: (count: Count) => boolean = () => true,
): Units & { readonly requests: number } {
  let sum = NOTHING;
  for (const { requests, write, read } of tally.filter(isWanted)) {
    sum = {
      requests: sum.requests + requests,
      write: sum.write + write,
      read: sum.read + read,
    };
  }
  return sum;
}

function keyOf({ caller, service, operation }: Count): string {
  return [caller, service, operation].join();
}
