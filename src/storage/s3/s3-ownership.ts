import type { StoredFile } from '../../core/storage-backend.ts';

type Publisher = NonNullable<StoredFile['publishedBy']>;

const JOB = 'media-nommer-job';
const ATTEMPT = 'media-nommer-attempt';

/** The object's metadata (`x-amz-meta-…`) that says whose output it is. */
export function ownershipMetadata({ jobId, attempt }: Publisher): Record<string, string> {
  return { [JOB]: encodeURIComponent(jobId), [ATTEMPT]: String(attempt) };
}

/** @returns whose output it is, or null where nobody noted that */
export function readOwnership(metadata: Record<string, string> | undefined): Publisher | null {
  const jobId = metadata?.[JOB];
  const attempt = Number(metadata?.[ATTEMPT]);
  if (jobId === undefined || !Number.isInteger(attempt)) return null;
  return { jobId: decodeURIComponent(jobId), attempt };
}
