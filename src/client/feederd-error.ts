import type { WireProblem } from '../core/api-wire.ts';
import { NommerError, type ErrorCode } from '../core/errors.ts';

export interface FeederdErrorOptions {
  readonly problem?: WireProblem | null;
  readonly retryAfterSeconds?: number | null;
  readonly cause?: unknown;
}

/** What every call rejects with, unless its own `signal` has ended it. */
export class FeederdError extends NommerError {
  /** The problem details of feederd's answer; null when none came, or something on the way answered. */
  readonly problem: WireProblem | null;
  /** When to come again, where the answer says so. */
  readonly retryAfterSeconds: number | null;

  constructor(code: ErrorCode, message: string, options: FeederdErrorOptions = {}) {
    super(code, message, 'cause' in options ? { cause: options.cause } : {});
    this.problem = options.problem ?? null;
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }
}

/** Nobody answers, or the line breaks; feederd itself says UNAVAILABLE too, when its store is away. */
export class FeederdUnreachable extends FeederdError {
  constructor(url: URL, cause: unknown) {
    super('UNAVAILABLE', `feederd at ${url.href} cannot be reached`, { cause });
  }
}
