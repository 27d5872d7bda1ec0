import { batch, signal, type Signal } from '@preact/signals';
import type { WireJobPage, WireProgressEvent } from '../core/api-wire.ts';
import { searchFor } from '../core/job-search.ts';
import type { JobState } from '../core/job-states.ts';
import type { WireJob } from '../core/job-wire.ts';
import type { ListQuery } from '../client/client.ts';
import { inWords } from './in-words.ts';

/** Which jobs are listed. */
export interface Filter {
  readonly state: JobState | undefined;
  readonly q: string;
}

export type ListStatus = 'loading' | 'ready' | { readonly failed: string };

const FIRST_PAGE = 100;
/** Whoever scrolls down wants to get on. */
const NEXT_PAGE = 250;
const MAX_PAGE = 500;
/** A search answers with what it found so far: so many times it is asked to go on by itself. */
const SEARCHES = 5;

export interface JobListOptions {
  readonly filter: Filter;
  readonly list: ListPage;
  readonly onFailed?: (thrown: unknown) => void;
}

export type ListPage = (query: ListQuery, signal: AbortSignal) => Promise<WireJobPage>;

/**
 * The jobs that the page knows, each a signal of its own, so that a bar that moves paints one row; and which
 * of them are listed, newest first.
 */
export class JobList {
  readonly ids = signal<readonly string[]>([]);
  readonly status = signal<ListStatus>('loading');
  readonly hasMore = signal(false);
  readonly filter: Signal<Filter>;
  readonly #list: ListPage;
  readonly #onFailed: (thrown: unknown) => void;
  readonly #jobs = new Map<string, Signal<WireJob>>();
  #cursor: string | undefined;
  #line = new AbortController();
  #isLoading = false;
  /** What has changed while a page was on its way, and may be missing in it. */
  #meanwhile: WireJob[] = [];

  constructor({ filter, list, onFailed = () => {} }: JobListOptions) {
    this.filter = signal(filter);
    this.#list = list;
    this.#onFailed = onFailed;
  }

  job(uniqueId: string): Signal<WireJob> | undefined {
    return this.#jobs.get(uniqueId);
  }

  show(filter: Filter): Promise<void> {
    this.filter.value = filter;
    this.ids.value = [];
    return this.reload();
  }

  /** Reads the first page anew. What is listed stays until the answer is there. */
  async reload(): Promise<void> {
    this.#line.abort();
    this.#line = new AbortController();
    this.#cursor = undefined;
    this.#isLoading = false;
    await this.#load('anew');
  }

  /** Reads the next page. */
  async more(): Promise<void> {
    if (this.hasMore.peek() && !this.#isLoading) await this.#load('more');
  }

  /** Takes a job as it is now, from wherever. */
  take(job: WireJob): void {
    const known = this.#jobs.get(job.unique_id);
    if (known === undefined) this.#jobs.set(job.unique_id, signal(job));
    else if (known.peek().version < job.version) known.value = job;
  }

  onState(job: WireJob): void {
    if (this.#isLoading) this.#meanwhile.push(job);
    this.take(job);
    const { unique_id: id } = job;
    const ids = this.ids.peek();
    const isListed = ids.includes(id);
    const isWanted = this.#isWanted(job);
    if (isListed && !isWanted) this.ids.value = ids.filter((each) => each !== id);
    if (isListed || !isWanted) return;
    const place = ids.findIndex((each) => this.#createdAt(each) < job.creation_dtime);
    // Older than all that is listed: it comes with its page.
    if (place < 0 && this.#cursor !== undefined) return;
    this.ids.value = ids.toSpliced(place < 0 ? ids.length : place, 0, id);
  }

  onProgress(event: WireProgressEvent): void {
    const known = this.#jobs.get(event.unique_id);
    if (known === undefined || known.peek().version >= event.version) return;
    known.value = { ...known.peek(), ...event };
  }

  async #load(how: 'anew' | 'more'): Promise<void> {
    const { signal: line } = this.#line;
    this.#isLoading = true;
    this.#meanwhile = [];
    this.status.value = 'loading';
    // Whoever has scrolled down finds as much again.
    const wanted = Math.max(FIRST_PAGE, Math.min(this.ids.peek().length, MAX_PAGE));
    const limit = how === 'anew' ? wanted : NEXT_PAGE;
    try {
      const found: WireJob[] = [];
      const { state, q } = this.filter.peek();
      let cursor = this.#cursor;
      for (let count = 0; count < SEARCHES; count += 1) {
        const page = await this.#list({ state, ...(q !== '' && { q }), cursor, limit }, line);
        found.push(...page.jobs);
        ({ cursor } = page);
        if (cursor === undefined || found.length > 0) break;
      }
      if (line.aborted) return;
      batch(() => this.#listed(found, cursor, how));
    } catch (thrown: unknown) {
      if (line.aborted) return;
      this.#onFailed(thrown);
      this.status.value = { failed: inWords(thrown) };
      this.#isLoading = false;
    }
  }

  #listed(found: readonly WireJob[], cursor: string | undefined, how: 'anew' | 'more'): void {
    this.#cursor = cursor;
    for (const job of found) this.take(job);
    const before = how === 'more' ? this.ids.peek() : [];
    const isKnown = new Set(before);
    const latest = found.map((job) => this.#jobs.get(job.unique_id)?.peek() ?? job);
    const fresh = latest.filter((job) => !isKnown.has(job.unique_id) && this.#isWanted(job));
    this.ids.value = [...before, ...fresh.map((job) => job.unique_id)];
    this.hasMore.value = cursor !== undefined;
    this.status.value = 'ready';
    this.#isLoading = false;
    for (const job of this.#meanwhile) this.onState(job);
  }

  #isWanted(job: WireJob): boolean {
    const { state, q } = this.filter.peek();
    return (state === undefined || job.job_state === state) && (q === '' || searchFor(q)(job));
  }

  #createdAt(uniqueId: string): string {
    return this.#jobs.get(uniqueId)?.peek().creation_dtime ?? '';
  }
}
