import type { Mutant } from './mutant.ts';
import { OF_FEEDERDS } from './of-feederds.ts';
import { OF_NODES } from './of-nodes.ts';

/** Bugs of the protocol that the simulation has to find, those of the system of 2012 among them. */
export const MUTANTS: readonly Mutant[] = [...OF_NODES, ...OF_FEEDERDS];
