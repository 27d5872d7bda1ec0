import { NommerError, type ErrorCode } from '../core/errors.ts';

/** Below this a transfer counts as stalled: a peer that drips would hold a node's slot for ever. */
const SLOWEST_BYTES_PER_SECOND = 1024;

export interface StallLimit {
  readonly seconds: number;
  readonly code: ErrorCode;
  /** For the message: whose transfer it is, without anything secret. */
  readonly place: string;
  readonly signal: AbortSignal;
}

export interface StallWatch {
  /** Aborted by a stall or by the signal given. */
  readonly signal: AbortSignal;
  /** Tells of bytes that moved. */
  moved(bytes: number): void;
}

/**
 * Runs a transfer that is aborted when it stalls: when `seconds` pass that bring fewer than 1 KiB each
 * on average. Then it rejects with a NommerError of `code`, whatever the client in use makes of an abort.
 */
export async function watchStall<T>(
  limit: StallLimit,
  transfer: (watch: StallWatch) => Promise<T>,
): Promise<T> {
  const stalled = new AbortController();
  const timer = setTimeout(() => {
    const message = `${limit.place} stalled: hardly a byte moved for ${limit.seconds} s`;
    stalled.abort(new NommerError(limit.code, message));
  }, limit.seconds * 1000);
  let bytes = 0;
  const moved = (more: number) => {
    bytes += more;
    if (bytes < SLOWEST_BYTES_PER_SECOND * limit.seconds) return;
    bytes = 0;
    timer.refresh();
  };
  try {
    return await transfer({ moved, signal: AbortSignal.any([limit.signal, stalled.signal]) });
  } catch (thrown) {
    throw stalled.signal.aborted ? stalled.signal.reason : thrown;
  } finally {
    clearTimeout(timer);
  }
}
