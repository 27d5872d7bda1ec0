import type { SubmitRequest } from '../../src/core/api-wire.ts';
import type { ErrorCode } from '../../src/core/errors.ts';
import type { JsonValue } from '../../src/core/json.ts';
import type { Ground } from './ground.ts';

/** One thing that somebody who means harm may submit, and what comes of it. */
export interface HostileCase {
  /** Also the name of its output. */
  readonly name: string;
  readonly tries: string;
  /** Makes what is hostile, and says what to submit: the rest is as in a good job. */
  readonly make: (ground: Ground) => Promise<Submission> | Submission;
  readonly told: Told;
}

export type Submission = Partial<Omit<SubmitRequest, 'job_options'>> & {
  /** FFmpegNommer's options for the source and for the output. */
  readonly infile?: JsonValue;
  readonly outfile?: JsonValue;
  /** Name among the outputs; default: the case's, and .mp4. */
  readonly output?: string;
};

/**
 * What the user must be told. `words` have to be in the message, or in `describe` of an output; what they
 * match is what the table shows, unless `shown` says what it is to show.
 */
export type Told =
  | {
      readonly at: 'submit' | 'run';
      readonly code: ErrorCode;
      readonly words: RegExp;
      readonly shown?: string;
    }
  | {
      readonly at: 'run';
      readonly code: 'FINISHED';
      readonly words: RegExp;
      /** Whether the output must have the very frames that a good job's has. */
      readonly sameAsClip?: boolean;
    };

/** What jobs bring for their servers, and nobody is to be shown. */
export const PASSWORD = 'hunter2hunter2';

export const refused = (code: ErrorCode, words: RegExp): Told => ({ at: 'submit', code, words });
export const failed = (code: ErrorCode, words: RegExp): Told => ({ at: 'run', code, words });
/** Whatever FFmpeg says of it: that differs from version to version. */
export const failedInItsWords = (code: ErrorCode): Told => ({
  at: 'run',
  code,
  words: /^FFmpeg(?: finds no media in the source)?: ./,
  shown: 'and what FFmpeg says',
});
export const finished = (words: RegExp): Told => ({ at: 'run', code: 'FINISHED', words });
/** The clip's own frames, and nothing else. */
export const THE_CLIP: Told = {
  at: 'run',
  code: 'FINISHED',
  words: /^h264 160x90, aac$/,
  sameAsClip: true,
};
