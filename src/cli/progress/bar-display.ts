import { isFinishedState } from '../../core/job-states.ts';
import type { WireJob } from '../../core/job-wire.ts';
import type { Output } from '../output.ts';
import { displayWidth } from '../render/display-width.ts';
import type { Paper } from '../render/paper.ts';
import { LiveLines } from '../terminal/live-lines.ts';
import { endLine } from './end-line.ts';
import { jobLine } from './job-line.ts';
import type { ProgressDisplay } from './progress-display.ts';
import { totalLine } from './total-line.ts';

const FRAME_MS = 100;
const MAX_BARS = 16;
const NEXT_ONES = 2;
/** Lines of the terminal that are left alone: the total, the prompt, and one of the past. */
const OTHER_LINES = 3;

/**
 * One bar for each job that is not done, as far as the terminal has room for them, and the total below
 * when there are several. A job that ends becomes a line above, which stays.
 */
export class BarDisplay implements ProgressDisplay {
  readonly #output: Output;
  readonly #labels: ReadonlyMap<string, string>;
  readonly #labelWidth: number;
  /** Heard of, and not ended. */
  readonly #open = new Map<string, WireJob>();
  readonly #ended = new Set<string>();
  #lost = 0;
  readonly #startedAt = Date.now();
  readonly #lines = new LiveLines((text) => void process.stdout.write(text));
  /** To be said above the bars with the next frame. */
  readonly #above: string[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(output: Output, labels: ReadonlyMap<string, string>) {
    this.#output = output;
    this.#labels = labels;
    this.#labelWidth = labels
      .values()
      .reduce((widest, label) => Math.max(widest, displayWidth(label)), 0);
    this.#timer = setInterval(() => this.#paint(), FRAME_MS);
  }

  update(job: WireJob): void {
    const { unique_id: uniqueId, job_state: state } = job;
    if (!isFinishedState(state)) {
      if (!this.#ended.has(uniqueId)) this.#open.set(uniqueId, job);
    } else if (!this.#ended.has(uniqueId)) {
      this.#open.delete(uniqueId);
      this.#ended.add(uniqueId);
      if (state !== 'FINISHED') this.#lost += 1;
      this.#above.push(endLine(job, this.#labelOf(job), this.#paper()));
    }
  }

  complain(text: string): void {
    this.#above.push(text);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#paint();
    // The bars go, what has been said of jobs stays.
    this.#lines.paint([]);
    this.#lines.end();
  }

  #paint(): void {
    this.#lines.paint(this.#bars(), this.#above.splice(0));
  }

  #bars(): readonly string[] {
    const paper = this.#paper();
    const room = Math.max(Math.min((process.stdout.rows || 24) - OTHER_LINES, MAX_BARS), 1);
    const byWaiting = Map.groupBy(this.#open.values(), ({ job_state }) => job_state === 'PENDING');
    const [working, waiting] = [byWaiting.get(false) ?? [], byWaiting.get(true) ?? []];
    // A few files are shown as they are; of a thousand, the next ones will do.
    const mayWait = this.#labels.size <= room ? room : NEXT_ONES;
    const bars = [...working, ...waiting.slice(0, mayWait)]
      .slice(0, room)
      .map((job) =>
        jobLine(job, { label: this.#labelOf(job), labelWidth: this.#labelWidth }, paper),
      );
    const count = this.#labels.size;
    if (count === 1) return bars;
    const elapsedMs = Date.now() - this.#startedAt;
    const total = { count, ended: this.#ended.size, lost: this.#lost, elapsedMs };
    return [...bars, totalLine(this.#open.values(), total, paper)];
  }

  /** The last column stays free: to clear the rest of a full line would take its last character. */
  #paper(): Paper {
    const { width, paint } = this.#output.paper();
    return { width: width - 1, paint };
  }

  #labelOf({ unique_id: uniqueId }: WireJob): string {
    return this.#labels.get(uniqueId) ?? uniqueId;
  }
}
