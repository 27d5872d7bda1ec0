import { isFinishedState } from '../../core/job-states.ts';
import type { WireJob } from '../../core/job-wire.ts';
import { EXIT_CODE, type ExitCode } from '../exit-code.ts';
import { onInterrupt } from '../on-interrupt.ts';
import { watchJobs, type WatchParts } from './watch-jobs.ts';

/** Watches jobs for somebody who may leave by Ctrl-C: then the jobs go on, and that is said. */
export async function watchToTheEnd(
  jobs: readonly WireJob[],
  parts: Omit<WatchParts, 'signal'>,
): Promise<ExitCode> {
  using interrupt = onInterrupt();
  const seen = await watchJobs(jobs, { ...parts, signal: interrupt.signal });
  const running = seen.filter(({ job_state }) => !isFinishedState(job_state));
  if (interrupt.signal.aborted && running.length > 0) {
    parts.output.note(leavingNote(running));
    return EXIT_CODE.interrupted;
  }
  const finished = seen.filter(({ job_state }) => job_state === 'FINISHED').length;
  if (seen.length > 1 && !parts.output.isJson) {
    const lost = seen.length - finished;
    parts.output.print(`${finished} finished${lost === 0 ? '' : `, ${lost} did not`}`);
  }
  return finished === seen.length ? EXIT_CODE.ok : EXIT_CODE.failed;
}

function leavingNote(running: readonly WireJob[]): string {
  const [first] = running;
  if (running.length === 1 && first !== undefined) {
    return `The job goes on. To see it again: media-nommer watch ${first.unique_id}`;
  }
  return `${running.length} jobs go on. To see them: media-nommer list`;
}
