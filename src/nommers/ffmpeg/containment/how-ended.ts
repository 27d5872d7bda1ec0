import { constants } from 'node:os';
import type { Containment } from './containment.ts';

interface Ended {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
}

/** What an exit code alone does not tell of a contained program. */
export interface HowEnded {
  /** The signal that ended the program, if one did. */
  readonly signalName: string | null;
  /** What a tool that contains it says of its own failure: then the program is not to blame. */
  readonly complaint: string | null;
}

/** Signals that end a program by no wish of its own. FFmpeg has exit codes above 128, too: not all are. */
const FATAL = ['SIGILL', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGKILL', 'SIGSEGV'].concat(
  'SIGTERM',
  'SIGXCPU',
  'SIGXFSZ',
) as readonly NodeJS.Signals[];

/** FFmpeg's own lines begin with their level, and encoders' with their name. */
const OF_A_TOOL = /^(?:\/bin\/)?(?:bwrap|unshare|setpriv|prlimit|sh|mount|mkdir|chroot|env): /;
/** So unshare tells that its child was killed, and exits with 1: it cannot kill itself so. */
const CHILD_KILLED = /^unshare: (?:sigprocmask unblock failed|child exit failed)/;

/** @param lastLine of those that came on standard error */
export function howEnded(
  { exitCode, signal }: Ended,
  lastLine: string,
  containment: Containment,
): HowEnded {
  if (signal !== undefined) return { signalName: signal, complaint: null };
  if (exitCode !== undefined && exitCode !== 0 && OF_A_TOOL.test(lastLine)) {
    return CHILD_KILLED.test(lastLine)
      ? { signalName: 'SIGKILL', complaint: null }
      : { signalName: null, complaint: lastLine };
  }
  const signalName =
    containment.signalsByExitCode && exitCode !== undefined
      ? FATAL.find((name) => exitCode === 128 + constants.signals[name])
      : undefined;
  return { signalName: signalName ?? null, complaint: null };
}
