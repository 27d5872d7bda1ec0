import { isFinishedState } from '../../core/job-states.ts';
import type { WireJob } from '../../core/job-wire.ts';
import { EXIT_CODE, type ExitCode } from '../exit-code.ts';
import { onInterrupt } from '../on-interrupt.ts';
import { endLine } from './end-line.ts';
import { labelJobs } from './label-jobs.ts';
import { watchJobs, type WatchParts } from './watch-jobs.ts';

/** With more jobs than this, those that failed have gone up and out of sight. */
const IN_SIGHT = 12;
const MAX_FAILURES = 20;

/** Watches jobs for somebody who may leave by Ctrl-C: then the jobs go on, and that is said. */
export async function watchToTheEnd(
  jobs: readonly WireJob[],
  parts: Omit<WatchParts, 'signal'>,
): Promise<ExitCode> {
  using interrupt = onInterrupt();
  const { output } = parts;
  const seen = await watchJobs(jobs, { ...parts, signal: interrupt.signal });
  const running = seen.filter(({ job_state }) => !isFinishedState(job_state));
  if (interrupt.signal.aborted && running.length > 0) {
    output.note(leavingNote(running));
    return EXIT_CODE.interrupted;
  }
  const lost = seen.filter(({ job_state }) => job_state !== 'FINISHED');
  if (seen.length > 1 && !output.isJson) {
    if (output.isTerminal && seen.length > IN_SIGHT) listFailures(lost, parts);
    const failed = lost.length === 0 ? '' : `, ${lost.length} did not`;
    output.print(`${seen.length - lost.length} finished${failed}`);
  }
  return lost.length === 0 ? EXIT_CODE.ok : EXIT_CODE.failed;
}

function listFailures(lost: readonly WireJob[], { output }: Pick<WatchParts, 'output'>): void {
  if (lost.length === 0) return;
  const labels = labelJobs(lost);
  output.print('');
  for (const job of lost.slice(0, MAX_FAILURES)) {
    output.print(endLine(job, labels.get(job.unique_id) ?? job.unique_id, output.paper()));
  }
  const more = lost.length - MAX_FAILURES;
  if (more > 0) output.print(`and ${more} more: media-nommer list --state ERROR --limit ${more}`);
}

function leavingNote(running: readonly WireJob[]): string {
  const [first] = running;
  if (running.length === 1 && first !== undefined) {
    return `The job goes on. To see it again: media-nommer watch ${first.unique_id}`;
  }
  return `${running.length} jobs go on. To see them again: media-nommer watch`;
}
