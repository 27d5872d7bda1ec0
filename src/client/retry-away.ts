import type { ErrorCode } from '../core/errors.ts';
import { FeederdError } from './feederd-error.ts';
import { pause } from './pause.ts';
import { LONGEST_WAIT_SECONDS } from './send-request.ts';

export interface RetryOptions<Result> {
  /** How many more tries at most. */
  readonly retries: number;
  readonly signal: AbortSignal | undefined;
  /** Whether an answer is one that another try may better. Default: none is. */
  readonly isLacking?: (result: Result) => boolean;
}

const FIRST_WAIT_MS = 200;
const MAX_WAIT_MS = 5000;

const AWAY: ReadonlySet<ErrorCode> = new Set(['UNAVAILABLE', 'NO_CAPACITY']);

/**
 * Repeats what failed because feederd or its store could not be reached, after growing waits of random
 * length, or after as long as feederd asks for. Only for what may be done twice without harm.
 */
export async function retryAway<Result>(
  act: () => Promise<Result>,
  { retries, signal, isLacking = () => false }: RetryOptions<Result>,
): Promise<Result> {
  for (let tries = 0; ; tries += 1) {
    const isLast = tries >= retries;
    let askedMs = 0;
    try {
      const result = await act();
      if (isLast || !isLacking(result)) return result;
    } catch (thrown: unknown) {
      if (isLast || signal?.aborted === true || !isPassing(thrown)) throw thrown;
      askedMs = (thrown.retryAfterSeconds ?? 0) * 1000;
    }
    await pause(Math.max(waitMs(tries), askedMs), signal);
    signal?.throwIfAborted();
  }
}

function isPassing(thrown: unknown): thrown is FeederdError {
  return (
    thrown instanceof FeederdError &&
    AWAY.has(thrown.code) &&
    (thrown.retryAfterSeconds ?? 0) <= LONGEST_WAIT_SECONDS
  );
}

function waitMs(tries: number): number {
  const longest = Math.min(FIRST_WAIT_MS * 2 ** tries, MAX_WAIT_MS);
  return longest * (0.5 + Math.random() / 2);
}
