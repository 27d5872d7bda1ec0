/** Where loops take their time from, so that a simulation can give them another. */
export interface Clock {
  /** Milliseconds since the epoch; may jump when somebody sets the clock. */
  now(): number;
  /** Milliseconds since some fixed point; never jumps. What leases are fenced by. */
  monotonic(): number;
  /** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
