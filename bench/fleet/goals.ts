import { BOOT_SECONDS } from './conditions.ts';
import type { TraceName } from './trace.ts';

/** What the fleet may cost at most, by what the clairvoyant one costs. */
export const MOST_COST: Readonly<Record<TraceName, number>> = {
  sparse: 1.32,
  Poisson: 1.16,
  bursty: 1.47,
  diurnal: 1.15,
};

/** What 95 % of the jobs may wait at most. */
export const MOST_WAIT_SECONDS = BOOT_SECONDS.usual + 10;
