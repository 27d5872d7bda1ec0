import type { Progress } from './job.ts';
import type { JsonValue } from './json.ts';
import type { MediaFacts } from './media-facts.ts';

/**
 * Turns a local source file into local output files. Sees files and options; never URIs, jobs or
 * states. To add your own, implement this, export an instance or a class without constructor
 * parameters, and name its module in NOMMERS.
 */
export interface Nommer {
  /** @throws NommerError, whose code says whether another try may help */
  nom(request: NomRequest): Promise<NomResult>;
}

export interface NomRequest {
  /** Absolute path of the source. Read only. */
  readonly source: string;
  /** Absolute path of an empty directory of this job's own, deleted afterwards. */
  readonly workDir: string;
  /** `job_options.options` as submitted, presets resolved. */
  readonly options: JsonValue;
  /** File extension of `dest_path` without the dot, or '' : a hint for the container. */
  readonly extension: string;
  /** Aborted when the job is cancelled, lost or handed over: stop at once, leave no process. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** Takes output of the tool, line by line, for the job's log. */
  readonly onLog: (line: string) => void;
  /** Takes what was changed in the options for today's tool, in a person's words. */
  readonly onTranslated: (change: string) => void;
}

export interface NomResult {
  readonly source: MediaFacts | null;
  /** The files made, inside `workDir`. The first goes to `dest_path`. */
  readonly outputs: readonly NomOutput[];
}

export interface NomOutput {
  readonly file: string;
  /** Left out: its size is all that is known of it. */
  readonly facts?: MediaFacts;
}
