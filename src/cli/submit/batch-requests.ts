import type { SubmitRequest } from '../../core/api-wire.ts';

const MAX_JOBS = 200;
/** Far below what feederd takes by default, and enough for any one job. */
const MAX_BYTES = 256 * 1024;

/** Items in batches whose requests feederd takes in one call each, in the same order. */
export function* batchRequests<Item>(
  items: Iterable<Item>,
  toRequest: (item: Item) => SubmitRequest,
): Generator<readonly Item[], void> {
  let batch: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(toRequest(item)));
    if (batch.length === MAX_JOBS || (batch.length > 0 && bytes + size > MAX_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
