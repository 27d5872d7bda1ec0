/** What the exit code says; `media-nommer --help` tells the same. */
export const EXIT_CODE = {
  ok: 0,
  /** A job, a check or a request failed. */
  failed: 1,
  /** The command line or the nomconf is wrong. */
  usage: 2,
  /** An audit could not look at everything, and what it saw is well. */
  unknown: 3,
  /** Ctrl-C; as shells have it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT_CODE)[keyof typeof EXIT_CODE];
