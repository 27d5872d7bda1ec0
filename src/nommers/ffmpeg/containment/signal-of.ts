import { constants } from 'node:os';
import type { Containment } from './containment.ts';

interface Ended {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
}

/** Signals that end a program by no wish of its own. FFmpeg has exit codes above 128, too: not all are. */
const FATAL = ['SIGILL', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGKILL', 'SIGSEGV'].concat(
  'SIGTERM',
  'SIGXCPU',
  'SIGXFSZ',
) as readonly NodeJS.Signals[];

/** The signal that ended the contained program, if one did. */
export function signalOf({ exitCode, signal }: Ended, containment: Containment): string | null {
  if (signal !== undefined) return signal;
  if (!containment.signalsByExitCode || exitCode === undefined) return null;
  return FATAL.find((name) => exitCode === 128 + constants.signals[name]) ?? null;
}
