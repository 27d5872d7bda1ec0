import type { ChildProcess } from 'node:child_process';
import { CHILD_ENVIRONMENT } from './containment.ts';

/** How execa starts what is contained, so that an abort ends all of it at once. */
export function containedOptions(workDir: string, signal: AbortSignal) {
  return {
    cwd: workDir,
    env: CHILD_ENVIRONMENT,
    extendEnv: false,
    reject: false,
    cancelSignal: signal,
    // Asked to stop, FFmpeg would finish an output that nobody wants.
    killSignal: 'SIGKILL',
    // In a session and group of its own. The group is ended as a whole: bwrap, killed while it prepares
    // its child, would leave that waiting for ever.
    killDescendants: true,
  } as const;
}

/** Ends what the child has started and left, as far as it did not flee from its group. */
export function endLeftovers({
  nodeChildProcess: child,
}: {
  readonly nodeChildProcess: ChildProcess;
}): void {
  const { pid } = child;
  if (pid === undefined) return;
  child.once('exit', () => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // There was nothing left.
    }
  });
}
