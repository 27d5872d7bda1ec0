import { parseArgs } from 'node:util';

const OPTIONS = {
  seeds: { type: 'string' },
  from: { type: 'string' },
  seed: { type: 'string' },
  trace: { type: 'boolean' },
  mutant: { type: 'string' },
  mutants: { type: 'boolean' },
  points: { type: 'boolean' },
  pairs: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export interface SimulateOptions {
  readonly help: boolean;
  readonly range: { readonly from: number; readonly count: number };
  /** The one run that is wanted. */
  readonly seed: number | undefined;
  readonly trace: boolean;
  readonly mutant: string | undefined;
  /** What is wanted instead of runs from seeds. */
  readonly instead: 'mutants' | 'points' | 'pairs' | undefined;
}

/** @throws Error that tells a person what is wrong with the command line */
export function readOptions(args: readonly string[]): SimulateOptions {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const number = (name: 'seeds' | 'from' | 'seed', given: string) => {
    const value = Number(given);
    if (/^\d+$/.test(given) && Number.isSafeInteger(value)) return value;
    throw new Error(`--${name} must be a whole number; received ${JSON.stringify(given)}`);
  };
  const seed = values.seed === undefined ? undefined : number('seed', values.seed);
  const range = {
    from: number('from', values.from ?? '1'),
    count: number('seeds', values.seeds ?? '1000'),
  };
  const wanted = (['mutants', 'points', 'pairs'] as const).filter((name) => values[name] === true);
  const [instead, another = seed === undefined ? undefined : 'seed'] = wanted;
  if (instead !== undefined && another !== undefined) {
    throw new Error(`--${instead} and --${another} do not go together`);
  }
  const { help = false, trace = false, mutant } = values;
  return { help, range, seed, trace, mutant, instead };
}
