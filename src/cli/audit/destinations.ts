import { createHash } from 'node:crypto';
import { isFinished, type EncodingJob } from '../../core/job.ts';
import { parseMediaUri, type MediaUri } from '../../core/media-uri.ts';
import { dirname } from 'node:path';

/** What is known of all jobs with the same destination. */
interface Destination {
  unfinished: number;
  /** Whose output was published last, as far as states tell. */
  last: { readonly uniqueId: string; readonly at: number } | undefined;
}

const DIGEST_LENGTH = 16;

/** All jobs' destinations, by digests: so that 100,000 of them fit into a few megabytes. */
export class Destinations {
  readonly #byDigest = new Map<string, Destination>();
  /** One destination in each folder or bucket that outputs go to. */
  readonly #places = new Map<string, MediaUri>();

  note(job: EncodingJob): void {
    const uri = destOf(job);
    if (uri === undefined) return;
    const key = digestOf(nameOf(uri));
    const known = this.#byDigest.get(key) ?? { unfinished: 0, last: undefined };
    this.#byDigest.set(key, known);
    if (!isFinished(job)) known.unfinished += 1;
    const { uniqueId, jobState, timings } = job;
    const at = timings.at(-1)?.at ?? 0;
    if (jobState === 'FINISHED' && at >= (known.last?.at ?? 0)) known.last = { uniqueId, at };
    const place = placeOf(uri);
    const hasUploaded = timings.some(({ state }) => state === 'UPLOADING');
    if (place !== undefined && hasUploaded && !this.#places.has(place))
      this.#places.set(place, uri);
  }

  /** Whether another job has the destination now. */
  successorOf(job: EncodingJob): string | undefined {
    const uri = destOf(job);
    const last = uri && this.#byDigest.get(digestOf(nameOf(uri)))?.last;
    return last === undefined || last.uniqueId === job.uniqueId ? undefined : last.uniqueId;
  }

  /** @returns undefined for what is no job's destination */
  find(name: string): { readonly unfinished: number } | undefined {
    return this.#byDigest.get(digestOf(name));
  }

  get places(): readonly MediaUri[] {
    return [...this.#places.values()];
  }
}

export function destOf({ destPath }: EncodingJob): MediaUri | undefined {
  try {
    return parseMediaUri(destPath, 'dest_path');
  } catch {
    return undefined;
  }
}

/** The same for two ways to write the same destination; without credentials. */
function nameOf(uri: MediaUri): string {
  if ('bucket' in uri) return `s3://${uri.bucket}/${uri.key}`;
  return 'path' in uri ? `file://${uri.path}` : uri.text;
}

function placeOf(uri: MediaUri): string | undefined {
  if ('bucket' in uri) return `s3://${uri.bucket}`;
  return 'path' in uri ? dirname(uri.path) : undefined;
}

function digestOf(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, DIGEST_LENGTH);
}
