import { NommerError } from '../../core/errors.ts';
import { isFinished } from '../../core/job.ts';
import type { MediaUri } from '../../core/media-uri.ts';
import type { UnfinishedUpload } from '../../core/storage-backend.ts';
import { formatUri } from '../render/format-uri.ts';
import type { Destinations } from './destinations.ts';
import { problem, unknown, type Finding, type Suspicion } from './finding.ts';
import type { Installation } from './open-installation.ts';
import { readJob } from './read-job.ts';

const GIVE_UP_MS = 60_000;
const NEXT_NODE = 'The next node that starts on this machine removes it.';

/** Looks for what dead attempts have left: parts of outputs, uploads, work directories. */
export async function checkLeftovers(
  installation: Installation,
  destinations: Destinations,
): Promise<readonly Suspicion[]> {
  const suspicions: Suspicion[] = [];
  for (const place of destinations.places) {
    suspicions.push(...(await checkPlace(installation, destinations, place)));
  }
  for (const dir of await installation.deadWorkDirs()) {
    const finding = problem('leftover', formatUri(dir), 'was left by a node that died', NEXT_NODE);
    const isThere = async () => (await installation.deadWorkDirs()).includes(dir);
    suspicions.push({ finding, lookAgain: async () => ((await isThere()) ? finding : undefined) });
  }
  return suspicions;
}

async function checkPlace(
  installation: Installation,
  destinations: Destinations,
  place: MediaUri,
): Promise<readonly Suspicion[]> {
  const list = async () => {
    const signal = AbortSignal.timeout(GIVE_UP_MS);
    return (await installation.backendFor(place).unfinishedUploads?.(place, { signal })) ?? [];
  };
  try {
    const suspicions: Suspicion[] = [];
    for (const { what, of } of await list()) {
      const finding = await judge(installation, destinations, { what, of });
      if (finding === undefined) continue;
      const lookAgain = async () => {
        const isThere = (await list()).some((upload) => upload.what === what);
        return isThere ? judge(installation, destinations, { what, of }) : undefined;
      };
      suspicions.push({ finding, lookAgain });
    }
    return suspicions;
  } catch (thrown: unknown) {
    const why = thrown instanceof NommerError ? thrown.message : String(thrown);
    const finding = unknown('leftover', 'unfinished uploads', `could not be looked for: ${why}`);
    return [{ finding, lookAgain: () => Promise.resolve(finding) }];
  }
}

/** An upload of an unfinished job is under way, or is removed with the job's next attempt. */
async function judge(
  installation: Installation,
  destinations: Destinations,
  { what, of }: UnfinishedUpload,
): Promise<Finding | undefined> {
  const subject = formatUri(what);
  if ('jobId' in of) {
    const job = await readJob(installation, of.jobId);
    // It may be under way still.
    if (job === 'unreadable') return undefined;
    if (job !== undefined && !isFinished(job)) return undefined;
    const state = job === undefined ? 'which is not known here' : `which is ${job.jobState}`;
    return problem('leftover', subject, `was left by job ${of.jobId}, ${state}`, 'Delete it.');
  }
  const destination = destinations.find(of.uri);
  // Somebody else's: a bucket may serve many.
  if (destination === undefined || destination.unfinished > 0) return undefined;
  const advice = 'Abort it; a lifecycle rule of the bucket can do that by itself.';
  return problem('leftover', subject, 'was left by a job that has ended', advice);
}
