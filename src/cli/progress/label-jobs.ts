import type { WireJob } from '../../core/job-wire.ts';
import { nameOfUri } from '../render/format-uri.ts';
import { shortId } from '../render/short-id.ts';

/** What to call jobs by their id: the source's name, with the id where that is not enough. */
export function labelJobs(jobs: readonly WireJob[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  for (const { source_path } of jobs) {
    const name = nameOfUri(source_path);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return new Map(
    jobs.map(({ unique_id, source_path }) => {
      const name = nameOfUri(source_path);
      return [unique_id, counts.get(name) === 1 ? name : `${name} ${shortId(unique_id)}`];
    }),
  );
}
