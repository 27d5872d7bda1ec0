import { NommerError } from '../../core/errors.ts';

/** Deep enough for any job, shallow enough for whatever walks a value by recursion. */
const MAX_DEPTH = 32;

/**
 * Parses a request's JSON. An empty body is `undefined`: what takes none is not disturbed by the
 * Content-Type of nothing. Refuses keys and depths that would hurt code that merges or walks.
 * @throws NommerError BADINPUT. The message never quotes the body, half a secret might be in the quote
 */
export function parseBody(text: string): unknown {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (json.trim() === '') return undefined;
  const body = parse(json);
  refuseTraps(body);
  return body;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (thrown: unknown) {
    const place = /at position \d+/.exec(String(thrown))?.[0] ?? `in its ${json.length} characters`;
    throw new NommerError('BADINPUT', `The body is not valid JSON: error ${place}`);
  }
}

/** Level by level instead of by recursion, for the very bodies that it is to stop. */
function refuseTraps(body: unknown): void {
  let level = [body];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) {
      throw new NommerError('BADINPUT', `The body is nested more than ${MAX_DEPTH} levels deep`);
    }
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      if (Object.hasOwn(value, '__proto__')) {
        throw new NommerError('BADINPUT', 'The body has a field called "__proto__"');
      }
      for (const inner of Object.values(value)) next.push(inner);
    }
    level = next;
  }
}
