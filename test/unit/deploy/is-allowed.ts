import type { Policy, Statement } from '../../../src/aws/setup/read-policy.ts';

/** One API call, as IAM looks at it. */
export interface Call {
  readonly action: string;
  /** All that it touches: each of them must be allowed. */
  readonly on: readonly Target[];
}

export interface Target {
  readonly arn: string;
  /** Condition keys and their values. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

type Test = (value: string, pattern: string) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: (value, expected) => value === expected,
  StringLike: matches,
};
const NEGATED: Readonly<Record<string, Test>> = { StringNotLike: matches };
const KNOWN_ELEMENTS = new Set(['Sid', 'Effect', 'Action', 'Resource', 'Condition']);

/**
 * What IAM would say, as far as these policies go: nothing is allowed unless some statement allows it,
 * and a Deny wins. Throws for what it does not know, so that nothing is overlooked.
 */
export function isAllowed({ Statement }: Policy, { action, on }: Call): boolean {
  return on.every((target) => {
    const fitting = Statement.filter((statement) => fits(statement, action, target));
    return fitting.length > 0 && fitting.every(({ Effect }) => Effect === 'Allow');
  });
}

function fits(statement: Statement, action: string, { arn, context = {} }: Target): boolean {
  const unknown = Object.keys(statement).find((element) => !KNOWN_ELEMENTS.has(element));
  if (unknown !== undefined) throw new Error(`unknown element: ${unknown}`);
  const { Action, Resource, Condition = {} } = statement;
  const isMet = Object.entries(Condition).map(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, context[key], [wanted].flat())),
  );
  return (
    [Action].flat().some((each) => matches(action.toLowerCase(), each.toLowerCase())) &&
    [Resource].flat().some((each) => matches(arn, each)) &&
    isMet.every(Boolean)
  );
}

function holds(
  operator: string,
  given: string | readonly string[] | undefined,
  wanted: readonly string[],
): boolean {
  const [, forAll, name = '', ifExists] =
    /^(ForAllValues:)?(\w+?)(IfExists)?$/u.exec(operator) ?? [];
  const [positive, negative] = [TESTS[name], NEGATED[name]];
  if (positive === undefined && negative === undefined) throw new Error(`unknown: ${operator}`);
  if (Array.isArray(given) !== (forAll !== undefined) && given !== undefined) {
    throw new Error(`${operator} is not for ${JSON.stringify(given)}`);
  }
  // A key that is not there: no value fails what is asked of all, or what must not be.
  if (given === undefined) return (forAll ?? ifExists ?? negative) !== undefined;
  return [given].flat().every((value) => {
    if (positive !== undefined) return wanted.some((each) => positive(value, each));
    return !wanted.some((each) => negative?.(value, each));
  });
}

function matches(text: string, pattern: string): boolean {
  const parts = pattern.split(/([*?])/u).map((part) => {
    if (part === '*') return '.*';
    return part === '?' ? '.' : part.replaceAll(/[\\^$.|+()[\]{}]/gu, String.raw`\$&`);
  });
  return new RegExp(`^${parts.join('')}$`, 'su').test(text);
}
