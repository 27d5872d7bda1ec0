import { isAbsolute, resolve } from 'node:path';
import * as z from 'zod';
import type { Kind } from './setting.ts';

/**
 * The longest wait that a timer takes is 2³¹ ms; a longer one would fire at once. So no interval may be
 * longer than this, about 23 days.
 */
const LONGEST_TIMER_SECONDS = 2_000_000;

/** How long to wait, or between two runs of something. Seconds, fractions allowed. */
export const seconds: Kind<number, number> = {
  schema: z.number().positive().max(LONGEST_TIMER_SECONDS),
  form: 'number',
  expects: `a number of seconds above 0, at most ${LONGEST_TIMER_SECONDS}`,
};

/** How long something may go on, where no time at all is an answer too. Seconds, fractions allowed. */
export const secondsOrNone: Kind<number, number> = {
  ...seconds,
  schema: z.number().min(0).max(LONGEST_TIMER_SECONDS),
  expects: `a number of seconds from 0 to ${LONGEST_TIMER_SECONDS}`,
};

export function wholeNumber(min: number, max: number): Kind<number, number> {
  return {
    schema: z.int().min(min).max(max),
    form: 'number',
    expects: `a whole number from ${min} to ${max}`,
  };
}

export const flag: Kind<boolean, boolean> = {
  schema: z.boolean(),
  form: 'boolean',
  expects: 'true or false',
};

export const text: Kind<string, string> = {
  schema: z.string().min(1),
  form: 'text',
  expects: 'a text that is not empty',
};

export const textList: Kind<readonly string[], readonly string[]> = {
  schema: z.array(z.string().min(1)),
  form: 'list',
  expects: 'a list of texts',
};

/** Ids that AWS gives to things of one sort, for example `subnet-…`. */
export function awsIds(prefix: string): Kind<readonly string[], readonly string[]> {
  return {
    schema: z.array(z.string().regex(new RegExp(`^${prefix}-[0-9a-z]+$`, 'u'))),
    form: 'list',
    expects: `a list of ids like "${prefix}-0123abcd"`,
  };
}

/** Addresses of machines, or of whole networks. */
export const networks: Kind<readonly string[], readonly string[]> = {
  schema: z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])),
  form: 'list',
  expects: 'a list of IP addresses or networks like "10.0.0.0/8"',
};

/** A text, or several. */
export const oneOrMore: Kind<string | readonly string[], readonly string[]> = {
  schema: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .transform((given) => (typeof given === 'string' ? [given] : given)),
  form: 'list',
  expects: 'a text or a list of texts',
};

export function oneOf<const Choice extends string>(
  ...choices: readonly [Choice, ...Choice[]]
): Kind<Choice, Choice> {
  return {
    schema: z.enum(choices),
    form: 'text',
    expects: `one of ${choices.map((choice) => `"${choice}"`).join(', ')}`,
  };
}

/** A file or folder; a relative one counts from where the setting is written. */
export const path: Kind<string, string> = {
  schema: z.string().min(1),
  form: 'text',
  expects: 'a path',
  resolvePaths: (value, baseDir) => resolve(baseDir, value),
};

export const pathList: Kind<readonly string[], readonly string[]> = {
  schema: z.array(z.string().min(1)),
  form: 'list',
  expects: 'a list of paths',
  resolvePaths: (value, baseDir) => value.map((each) => resolve(baseDir, each)),
};

/** A program: a path, or a name to look for in PATH. */
export const program: Kind<string, string> = {
  schema: z.string().min(1),
  form: 'text',
  expects: 'a program: its path, or its name in PATH',
  resolvePaths: (value, baseDir) => (value.includes('/') ? resolve(baseDir, value) : value),
};

/** Nodes are told of it in their user data, which anybody on them can read: so never a password in it. */
export const endpoint: Kind<string, string> = {
  schema: z.url({ protocol: /^https?$/ }).refine((url) => {
    const { username, password } = URL.parse(url) ?? { username: '', password: '' };
    return username === '' && password === '';
  }),
  form: 'text',
  expects: 'an http or https URL without user and password',
};

/** Names mapped to modules of the user's own: a path, or a package. */
export const modules: Kind<Readonly<Record<string, string>>, Readonly<Record<string, string>>> = {
  schema: z.record(z.string().min(1), z.string().min(1)),
  form: 'object',
  expects: 'an object of names and the modules behind them, as paths or packages',
  resolvePaths: (value, baseDir) =>
    Object.fromEntries(
      Object.entries(value).map(([name, module]) => [name, resolveModule(module, baseDir)]),
    ),
};

function resolveModule(module: string, baseDir: string): string {
  return module.startsWith('.') || isAbsolute(module) ? resolve(baseDir, module) : module;
}
