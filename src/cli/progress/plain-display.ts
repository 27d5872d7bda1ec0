import type { WireJob } from '../../core/job-wire.ts';
import type { Output } from '../output.ts';
import { plainLine } from './plain-line.ts';
import type { ProgressDisplay } from './progress-display.ts';

/** A line for every state and every 10 %: text, or with `--json` the job as it is then. */
export class PlainDisplay implements ProgressDisplay {
  readonly #output: Output;
  readonly #labels: ReadonlyMap<string, string>;
  readonly #printed = new Map<string, WireJob>();

  constructor(output: Output, labels: ReadonlyMap<string, string>) {
    this.#output = output;
    this.#labels = labels;
  }

  update(job: WireJob): void {
    const label = this.#labels.get(job.unique_id) ?? job.unique_id;
    const line = plainLine(job, this.#printed.get(job.unique_id), label);
    if (line === undefined) return;
    this.#printed.set(job.unique_id, job);
    if (this.#output.isJson) this.#output.emit(job);
    else this.#output.print(line);
  }

  complain(text: string): void {
    this.#output.note(text);
  }

  end(): void {}
}
