import type { EncodingJob } from '../../core/job.ts';
import { JobUnreadable } from '../../core/unreadable-job.ts';
import type { Installation } from './open-installation.ts';

/** A job as it is stored now; `unreadable` where it is damaged: that is a finding of its own. */
export async function readJob(
  { store }: Pick<Installation, 'store'>,
  uniqueId: string,
): Promise<EncodingJob | 'unreadable' | undefined> {
  try {
    return await store.get(uniqueId);
  } catch (thrown: unknown) {
    if (thrown instanceof JobUnreadable) return 'unreadable';
    throw thrown;
  }
}

/** The same, where it does not matter why there is none. */
export async function readableJob(
  installation: Pick<Installation, 'store'>,
  uniqueId: string,
): Promise<EncodingJob | undefined> {
  const job = await readJob(installation, uniqueId);
  return job === 'unreadable' ? undefined : job;
}
