import type { ContainmentLevel } from '../../../core/containment-levels.ts';

/** A program that reads hostile media, and all that it needs. */
export interface Contained {
  /** Absolute path. */
  readonly program: string;
  readonly args: readonly string[];
  /** Its working directory, absolute: the only one that it may write into. */
  readonly workDir: string;
  /** Files outside `workDir` that it may read, absolute. */
  readonly sources: readonly string[];
}

export type Command = readonly [program: string, args: readonly string[]];

/** How a child that reads hostile media is started. */
export interface Containment {
  readonly level: ContainmentLevel;
  /** What nothing keeps such a child from on this machine, and why, in a person's words. */
  readonly lacking: readonly string[];
  /** Whether a child killed by signal n is told of by exit code 128 + n, as shells do. */
  readonly signalsByExitCode: boolean;
  /** The command that really runs. Its environment should be `CHILD_ENVIRONMENT`. */
  wrap(contained: Contained): Command;
}

/** The child's whole environment: no credentials, no settings, nothing that steers FFmpeg. */
export const CHILD_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
};
