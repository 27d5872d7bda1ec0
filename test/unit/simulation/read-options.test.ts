import { expect, it } from 'vitest';
import { readOptions } from '../../simulation/read-options.ts';

it('runs a thousand seeds where nothing is said', () => {
  expect(readOptions([])).toEqual({
    help: false,
    range: { from: 1, count: 1000 },
    seed: undefined,
    trace: false,
    mutant: undefined,
    instead: undefined,
  });
});

it('takes what is said', () => {
  expect(readOptions(['--seeds', '20', '--from', '5'])).toMatchObject({
    range: { from: 5, count: 20 },
  });
  const one = ['--seed', '7', '--trace', '--mutant', 'ignores cancels'];
  expect(readOptions(one)).toMatchObject({ seed: 7, trace: true, mutant: 'ignores cancels' });
  expect(readOptions(['--mutants', '--help'])).toMatchObject({ help: true, instead: 'mutants' });
  expect(readOptions(['--pairs'])).toMatchObject({ instead: 'pairs' });
});

it.each([
  [['--seeds', 'abc'], '--seeds must be a whole number; received "abc"'],
  [['--seed', '1.5'], '--seed must be a whole number; received "1.5"'],
  [['--from', ''], '--from must be a whole number; received ""'],
  [['--points', '--mutants'], '--mutants and --points do not go together'],
  [['--pairs', '--seed', '1'], '--pairs and --seed do not go together'],
  [['--nope'], "Unknown option '--nope'"],
])('refuses %j, and says why', (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});
