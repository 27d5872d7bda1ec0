import { NommerError } from '../../core/errors.ts';

/** Somebody asks more than is theirs. */
export class RateLimited extends NommerError {
  readonly retryAfterSeconds: number;

  /** @param waitSeconds until the same request may succeed; told in whole seconds, at least 1 */
  constructor(message: string, waitSeconds: number) {
    const retryAfterSeconds = Math.max(1, Math.ceil(waitSeconds));
    super('RATE_LIMITED', `${message}: try again in ${retryAfterSeconds} s`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
