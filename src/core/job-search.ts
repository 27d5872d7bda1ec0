import type { JsonValue } from './json.ts';
import { redact } from './redact.ts';

/** What a search looks at of a job, as the API shows it: a secret is not to be found. */
export interface SearchedJob {
  readonly unique_id: string;
  readonly source_path: string;
  readonly dest_path: string;
  readonly metadata: JsonValue;
}

/**
 * @param text words, all of which a job must have in its id, paths or metadata, in upper or lower case
 * @returns whether a job is meant
 */
export function searchFor(text: string): (job: SearchedJob) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return (job) => {
    const { unique_id: id, source_path: source, dest_path: dest, metadata } = job;
    const shown = [id, source, dest, asRead(source), asRead(dest), JSON.stringify(metadata)];
    const all = shown.join('\n').toLowerCase();
    return words.every((word) => all.includes(word));
  };
}

/** Without percent-encoding, as people know their files. */
function asRead(uri: string): string {
  try {
    return redact(decodeURIComponent(uri));
  } catch {
    return uri;
  }
}
