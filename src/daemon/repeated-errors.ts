import { NommerError } from '../core/errors.ts';
import { LatestMap } from '../core/latest-map.ts';

/** So many are known at a time: more than a daemon meets in one outage. */
const MAX_KNOWN = 100;
/** An error that was not heard of for so long is news again. */
const FORGOTTEN_MS = 600_000;

/**
 * Knows errors again by their kind and where they come from. A service that is away makes the same one
 * every few seconds: its stack is worth reading once.
 */
export class RepeatedErrors {
  readonly #now: () => number;
  /** When each was met last. */
  readonly #met = new LatestMap<string, number>(MAX_KNOWN);

  /** @param now milliseconds that never go back */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** What to log instead of an `err` that was logged whole a short time ago: a `why` without a stack. */
  shorten(fields: Record<string, unknown>): Record<string, unknown> {
    const { err, ...others } = fields;
    if (!(err instanceof Error) || this.#isNews(placeOf(err))) return fields;
    return { ...others, why: inOneLine(err) };
  }

  #isNews(place: string): boolean {
    const now = this.#now();
    const before = this.#met.get(place);
    this.#met.set(place, now);
    return before === undefined || now - before > FORGOTTEN_MS;
  }
}

/** The frames without the message: that may tell a time or a request's id. */
function placeOf(error: Error): string {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /u.test(line));
  return [kindOf(error), ...(frames.length === 0 ? [error.message] : frames)].join('\n');
}

function kindOf(error: Error): string {
  return error instanceof NommerError ? error.code : error.name;
}

function inOneLine(error: Error): string {
  return `${kindOf(error)}: ${error.message.replaceAll(/\s*\n\s*/gu, ' ')}`;
}
