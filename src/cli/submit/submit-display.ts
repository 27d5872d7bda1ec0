import type { WireJob } from '../../core/job-wire.ts';
import { plural } from '../../core/format-figures.ts';
import { isFinishedState } from '../../core/job-states.ts';
import type { Output } from '../output.ts';
import { formatUri, nameOfUri } from '../render/format-uri.ts';
import { shortId } from '../render/short-id.ts';
import { LiveLines } from '../terminal/live-lines.ts';

/** On a terminal, of more jobs than this only the number is told. */
const MAX_LINES = 20;

/** Tells of jobs as they are accepted: one by one to whoever wants each, else how many. */
export class SubmitDisplay {
  readonly #output: Output;
  readonly #count: number;
  readonly #lines: LiveLines | undefined;
  #accepted = 0;
  #done = 0;

  constructor(output: Output, count: number) {
    this.#output = output;
    this.#count = count;
    const isCounting = output.isTerminal && count > MAX_LINES;
    this.#lines = isCounting ? new LiveLines((text) => void process.stdout.write(text)) : undefined;
  }

  /** How many were done already. */
  get done(): number {
    return this.#done;
  }

  accepted(job: WireJob): void {
    const isDone = isFinishedState(job.job_state);
    if (isDone) this.#done += 1;
    this.#accepted += 1;
    const { isJson, isTerminal } = this.#output;
    if (isJson) return this.#output.emit(job);
    if (this.#lines !== undefined) {
      return this.#lines.paint([`Submitting  ${this.#accepted} of ${this.#count}`]);
    }
    const { paint } = this.#output.paper();
    const id = isTerminal ? shortId(job.unique_id) : job.unique_id;
    const note = isDone ? `  ${paint('faint', '(done already)')}` : '';
    this.#output.print(
      `${paint('faint', id)}  ${nameOfUri(job.source_path)} → ${formatUri(job.dest_path)}${note}`,
    );
  }

  end(): void {
    this.#lines?.paint([]);
    this.#lines?.end();
    if (this.#output.isJson) return;
    const fresh = this.#accepted - this.#done;
    if (this.#lines !== undefined && fresh > 0) {
      this.#output.print(`${plural(fresh, 'job')} submitted or under way.`);
    }
    if (this.#done > 0 && this.#output.isTerminal) {
      const text = `${plural(this.#done, 'output')} there already; --again encodes all anew.`;
      this.#output.note(this.#output.paintNote('faint', text));
    }
  }
}
