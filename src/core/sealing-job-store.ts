import type { EncodingJob, JobResult } from './job.ts';
import type { JobPage, JobStore } from './ports.ts';
import { redact } from './redact.ts';
import { openSealed, seal } from './seal.ts';

/** What of a job may hold credentials. */
type Secrets = Pick<EncodingJob, 'sourcePath' | 'destPath' | 'notifyUrl' | 'notify'>;

/** The store itself, where there is no key: then nothing is sealed, and nothing opened. */
export function sealedBy(keys: readonly string[], store: JobStore): JobStore {
  return keys.length === 0 ? store : new SealingJobStore(store, keys);
}

/**
 * Keeps the credentials of jobs sealed: the store behind it gets `***` in their place, and what they are
 * encrypted. A job whose seal no key opens comes as the store has it, and can be changed all the same.
 */
export class SealingJobStore implements JobStore {
  readonly #store: JobStore;
  readonly #keys: readonly string[];

  /** @param keys 32 bytes each, in base64: the first one seals, and each opens what it has sealed */
  constructor(store: JobStore, keys: readonly string[]) {
    this.#store = store;
    this.#keys = keys;
  }

  async create(job: EncodingJob): ReturnType<JobStore['create']> {
    const outcome = await this.#store.create(await this.#seal(job));
    if (outcome.created) return outcome;
    return { created: false, existing: await this.#open(outcome.existing) };
  }

  async get(uniqueId: string): Promise<EncodingJob | undefined> {
    const job = await this.#store.get(uniqueId);
    return job === undefined ? undefined : await this.#open(job);
  }

  async replace(job: EncodingJob, expectedVersion: number): Promise<boolean> {
    return await this.#store.replace(await this.#seal(job), expectedVersion);
  }

  async open(cursor?: string): Promise<JobPage> {
    return await this.#openAll(await this.#store.open(cursor));
  }

  async recent(query: Parameters<JobStore['recent']>[0]): Promise<JobPage> {
    return await this.#openAll(await this.#store.recent(query));
  }

  wipe(): Promise<number> {
    return this.#store.wipe();
  }

  ping(): Promise<void> {
    return this.#store.ping();
  }

  async #seal(job: EncodingJob): Promise<EncodingJob> {
    const [key] = this.#keys;
    if (key === undefined || job.sealed !== null) return job;
    const { sourcePath, destPath, notifyUrl, notify } = job;
    const secrets: Secrets = { sourcePath, destPath, notifyUrl, notify };
    const shown = withoutSecrets(secrets);
    const text = JSON.stringify(secrets);
    if (JSON.stringify(shown) === text) return job;
    const sealed = await seal(text, { key, context: job.uniqueId });
    return { ...withUris(job, redact), ...shown, sealed };
  }

  async #open(job: EncodingJob): Promise<EncodingJob> {
    if (job.sealed === null) return job;
    const text = await openSealed(job.sealed, { keys: this.#keys, context: job.uniqueId });
    if (text === undefined) return job;
    const secrets = JSON.parse(text) as Secrets;
    const full = (uri: string) => (uri === job.destPath ? secrets.destPath : uri);
    return { ...withUris(job, full), ...secrets, sealed: null };
  }

  async #openAll(page: JobPage): Promise<JobPage> {
    return { ...page, jobs: await Promise.all(page.jobs.map((job) => this.#open(job))) };
  }
}

function withoutSecrets({ sourcePath, destPath, notifyUrl, notify }: Secrets): Secrets {
  return {
    sourcePath: redact(sourcePath),
    destPath: redact(destPath),
    notifyUrl: notifyUrl === null ? null : redact(notifyUrl),
    notify: notify === null ? null : { ...notify, url: redact(notify.url), secret: null },
  };
}

/** The outputs of a job name its destination, too. */
function withUris(job: EncodingJob, change: (uri: string) => string): EncodingJob {
  const changed = (result: JobResult): JobResult => ({
    ...result,
    outputs: result.outputs.map((output) => ({ ...output, uri: change(output.uri) })),
  });
  return {
    ...job,
    result: job.result && changed(job.result),
    made: job.made && { ...job.made, result: changed(job.made.result) },
  };
}
