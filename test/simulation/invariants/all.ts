import type { Invariant } from './invariant.ts';
import { OF_FAILURES } from './of-failures.ts';
import { OF_JOBS } from './of-jobs.ts';
import { OF_LIVENESS } from './of-liveness.ts';
import { OF_SERVICES } from './of-services.ts';

/** Everything that must always hold, as protocol.md has it. */
export const INVARIANTS: readonly Invariant[] = [
  ...OF_JOBS,
  ...OF_FAILURES,
  ...OF_SERVICES,
  ...OF_LIVENESS,
];
