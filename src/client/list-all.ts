import type { WireJob } from '../core/job-wire.ts';
import type { CallOptions, Client, ListQuery } from './client.ts';

/** Asks for few pages where many jobs are wanted, and for no page before it is wanted. */
const PAGE = 200;

/** All jobs of a list, page after page. */
export async function* listAll(
  list: Client['list'],
  { limit = PAGE, ...query }: ListQuery = {},
  call: CallOptions = {},
): AsyncGenerator<WireJob, void> {
  let { cursor } = query;
  do {
    const page = await list({ ...query, limit, cursor }, call);
    yield* page.jobs;
    ({ cursor } = page);
  } while (cursor !== undefined);
}
