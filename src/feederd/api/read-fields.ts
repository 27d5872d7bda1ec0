import type * as z from 'zod';
import { NommerError, received } from '../../core/errors.ts';

/**
 * Reads a request's fields. Messages name the field and what was received.
 * @param given a body or a query as it came
 * @throws NommerError BADINPUT
 */
export function readFields<Schema extends z.ZodObject>(
  schema: Schema,
  given: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new NommerError('BADINPUT', complaint(issue, given, Object.keys(schema.shape)));
}

function complaint(
  issue: z.core.$ZodIssue | undefined,
  given: unknown,
  known: readonly string[],
): string {
  if (issue?.code === 'unrecognized_keys') {
    const field = received([...issue.path, issue.keys[0]].join('.'));
    const takes = issue.path.length === 0 ? `; this call takes ${known.join(', ')}` : '';
    return `There is no field ${field}${takes}`;
  }
  if (issue === undefined || issue.path.length === 0) {
    return `The request must be a JSON object; received ${received(given)}`;
  }
  return `${issue.path.join('.')} ${issue.message}; received ${received(valueAt(given, issue.path))}`;
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    given,
  );
}
