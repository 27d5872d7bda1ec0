import { NommerError } from '../../core/errors.ts';
import type { EncodingJob } from '../../core/job.ts';
import type { StoredFile } from '../../core/storage-backend.ts';
import { formatSize, plural } from '../../core/format-figures.ts';
import { formatUri } from '../render/format-uri.ts';
import { redact } from '../../core/redact.ts';
import { destOf, type Destinations } from './destinations.ts';
import { problem, subjectOf, unknown, warning, type Finding, type Suspicion } from './finding.ts';
import type { Installation } from './open-installation.ts';
import { readJob, readableJob } from './read-job.ts';

const AT_A_TIME = 16;
const GIVE_UP_MS = 60_000;
const TAKEN_AWAY = 'That is all right if somebody has taken it away since.';

/** Looks whether FINISHED jobs' outputs are there, and theirs. */
export class OutputCheck {
  readonly #installation: Installation;
  readonly #destinations: Destinations;
  readonly #unknown = new Map<string, { count: number; readonly why: string }>();
  /** How many outputs were looked at. */
  looked = 0;

  constructor(installation: Installation, destinations: Destinations) {
    this.#installation = installation;
    this.#destinations = destinations;
  }

  async check(jobs: readonly EncodingJob[]): Promise<readonly Suspicion[]> {
    const finished = jobs.filter(({ jobState }) => jobState === 'FINISHED');
    const suspicions: Suspicion[] = [];
    for (let index = 0; index < finished.length; index += AT_A_TIME) {
      const some = finished.slice(index, index + AT_A_TIME);
      const found = await Promise.all(some.map((job) => this.#look(job)));
      for (const [at, finding] of found.entries()) {
        const id = some[at]?.uniqueId ?? '';
        if (finding !== undefined) {
          suspicions.push({ finding, lookAgain: () => this.#lookAgain(id) });
        }
      }
    }
    return suspicions;
  }

  /** What could not be looked at, by reason. */
  unknown(): readonly Finding[] {
    return [...this.#unknown.values()].map(({ count, why }) =>
      unknown('output', plural(count, 'output'), `could not be looked at: ${why}`),
    );
  }

  async #lookAgain(id: string): Promise<Finding | undefined> {
    const job = await readableJob(this.#installation, id);
    if (job?.jobState !== 'FINISHED') return undefined;
    // Each is counted once, as it was last.
    this.looked -= 1;
    return await this.#look(job);
  }

  async #look(job: EncodingJob): Promise<Finding | undefined> {
    try {
      const finding = await this.#seek(job);
      this.looked += 1;
      return finding;
    } catch (thrown: unknown) {
      const [code, why] =
        thrown instanceof NommerError
          ? [thrown.code, thrown.message]
          : ['', thrown instanceof Error ? thrown.message : String(thrown)];
      const known = this.#unknown.get(code) ?? { count: 0, why };
      known.count += 1;
      this.#unknown.set(code, known);
      return undefined;
    }
  }

  async #seek(job: EncodingJob): Promise<Finding | undefined> {
    const uri = destOf(job);
    if (uri === undefined) return problem('output', subjectOf(job), 'has no valid destination');
    const backend = this.#installation.backendFor(uri);
    const found = await backend.stat(uri, { signal: AbortSignal.timeout(GIVE_UP_MS) });
    return await this.#judge(job, found);
  }

  async #judge(job: EncodingJob, found: StoredFile | undefined): Promise<Finding | undefined> {
    const subject = subjectOf(job);
    const where = formatUri(redact(job.destPath));
    if (found === undefined) {
      return problem(
        'output',
        subject,
        `is FINISHED, and there is nothing at ${where}`,
        TAKEN_AWAY,
      );
    }
    const { bytes, publishedBy } = found;
    if (publishedBy !== null && publishedBy.jobId !== job.uniqueId) {
      return await this.#judgeForeign(job, publishedBy.jobId, where);
    }
    if (publishedBy !== null && publishedBy.attempt > job.attempt) {
      const what = `what is at ${where} is of attempt ${publishedBy.attempt}, which it never had`;
      return problem('output', subject, what);
    }
    const size = job.result?.outputs[0]?.size;
    if (size === undefined || bytes === null || bytes === size) return undefined;
    const successor = this.#destinations.successorOf(job);
    if (successor !== undefined) return replaced(job, successor, where);
    const sizes = `${formatSize(bytes)} (${bytes} bytes), and was ${formatSize(size)} (${size} bytes)`;
    return problem('output', subject, `what is at ${where} has ${sizes}`);
  }

  /** Two jobs with the same destination: the later one's output is there, as both were asked for. */
  async #judgeForeign(job: EncodingJob, publisher: string, where: string): Promise<Finding> {
    const other = await readJob(this.#installation, publisher);
    if (other === 'unreadable') {
      const found = `what is at ${where} is of job ${publisher}, which cannot be read`;
      return warning('output', subjectOf(job), found);
    }
    if (other?.destPath === job.destPath) return replaced(job, publisher, where);
    return problem('output', subjectOf(job), `what is at ${where} is of job ${publisher}`);
  }
}

function replaced(job: EncodingJob, by: string, where: string): Finding {
  const found = `its output was replaced by that of job ${by}: both have ${where} as destination`;
  return warning('output', subjectOf(job), found);
}
