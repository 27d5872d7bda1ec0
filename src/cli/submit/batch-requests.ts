import type { SubmitRequest } from '../../core/api-wire.ts';

const MAX_JOBS = 200;
/** Far below what feederd takes by default, and enough for any one job. */
const MAX_BYTES = 256 * 1024;

/** Requests in batches that feederd takes in one call each, in the same order. */
export function* batchRequests(
  requests: Iterable<SubmitRequest>,
): Generator<readonly SubmitRequest[], void> {
  let batch: SubmitRequest[] = [];
  let bytes = 0;
  for (const request of requests) {
    const size = Buffer.byteLength(JSON.stringify(request));
    if (batch.length === MAX_JOBS || (batch.length > 0 && bytes + size > MAX_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(request);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
