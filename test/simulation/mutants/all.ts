import type { Mutant } from './mutant.ts';
import { OF_FEEDERDS } from './of-feederds.ts';
import { OF_LEASES } from './of-leases.ts';
import { OF_NODES } from './of-nodes.ts';
import { OF_RECONCILING } from './of-reconciling.ts';

/** Bugs of the protocol that the simulation has to find, those of the system of 2012 among them. */
export const MUTANTS: readonly Mutant[] = [
  ...OF_NODES,
  ...OF_LEASES,
  ...OF_FEEDERDS,
  ...OF_RECONCILING,
];
