import type { EncodingJob, JobResult } from './job.ts';
import { LatestMap } from './latest-map.ts';
import { FFMPEG_NOMMER } from './nommer-names.ts';
import type { JobPage, JobStore } from './ports.ts';
import { redact, redactJson } from './redact.ts';
import { isSealedBy, openSealed, seal } from './seal.ts';
import { redactOptions } from './secret-options.ts';

/** What of a job may hold credentials. */
type Sealable = Pick<
  EncodingJob,
  'sourcePath' | 'destPath' | 'notifyUrl' | 'notify' | 'options' | 'metadata'
>;
/** What of a job does, and the hash of all of it, by which they could be guessed. */
type Secrets = Partial<Sealable & Pick<EncodingJob, 'requestHash'>>;

interface Sealed {
  readonly text: string;
  readonly sealed: string;
}

/** More than are worked on at a time. Each takes a few hundred bytes, rarely some thousands. */
const MAX_KNOWN = 1000;

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
  /** Of jobs that were lately read or written: what stays the same is not encrypted at each change. */
  readonly #known = new LatestMap<string, Sealed>(MAX_KNOWN);

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
    const { secrets, shown } = takeApart(job);
    if (Object.keys(secrets).length === 0) return job;
    const { uniqueId, requestHash } = job;
    const text = JSON.stringify({ ...secrets, requestHash });
    const known = this.#known.get(uniqueId);
    const sealed =
      known?.text === text ? known.sealed : await seal(text, { key, context: uniqueId });
    this.#known.set(uniqueId, { text, sealed });
    return { ...withUris(job, redact), ...shown, requestHash: null, sealed };
  }

  async #open(job: EncodingJob): Promise<EncodingJob> {
    const { uniqueId, sealed } = job;
    if (sealed === null) return job;
    const text = await openSealed(sealed, { keys: this.#keys, context: uniqueId });
    if (text === undefined) return job;
    // What another key has sealed is sealed anew by the next change.
    if (await isSealedBy(sealed, this.#keys[0] ?? '')) this.#known.set(uniqueId, { text, sealed });
    const secrets = JSON.parse(text) as Secrets;
    const full = (uri: string) => (uri === job.destPath ? (secrets.destPath ?? uri) : uri);
    return { ...withUris(job, full), ...secrets, sealed: null };
  }

  async #openAll(page: JobPage): Promise<JobPage> {
    return { ...page, jobs: await Promise.all(page.jobs.map((job) => this.#open(job))) };
  }
}

function takeApart(job: EncodingJob): { readonly secrets: Secrets; readonly shown: Sealable } {
  const shown = withoutSecrets(job);
  const names = Object.keys(shown) as (keyof Sealable)[];
  const differing = names.filter(
    (name) => JSON.stringify(shown[name]) !== JSON.stringify(job[name]),
  );
  return { secrets: Object.fromEntries(differing.map((name) => [name, job[name]])), shown };
}

function withoutSecrets(job: EncodingJob): Sealable {
  const { sourcePath, destPath, notifyUrl, notify, nommer, options, metadata } = job;
  return {
    sourcePath: redact(sourcePath),
    destPath: redact(destPath),
    notifyUrl: notifyUrl === null ? null : redact(notifyUrl),
    notify: notify === null ? null : { ...notify, url: redact(notify.url), secret: null },
    // Nobody here knows what a nommer of somebody's own takes.
    options: nommer === FFMPEG_NOMMER ? redactOptions(options) : null,
    metadata: redactJson(metadata) as EncodingJob['metadata'],
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
