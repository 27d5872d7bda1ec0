import { Pool } from 'undici';
import { quantile } from '../figure.ts';

export interface Load {
  readonly perSecond: number;
  readonly p99Ms: number;
  readonly accepted: number;
}

/** Submits jobs over connections that it keeps, to feederd or to an anchor that stands for it. */
export class Submitter {
  readonly #pool: Pool;

  constructor(url: string, connections = 1) {
    this.#pool = new Pool(url, { connections, pipelining: 1 });
  }

  /** @returns the job's id */
  async submit(job: unknown): Promise<string> {
    const { unique_id } = (await this.post('/jobs', job)) as { unique_id?: string };
    return unique_id ?? '';
  }

  async post(path: string, body: unknown): Promise<unknown> {
    const { statusCode, body: answer } = await this.#pool.request({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (statusCode >= 300) throw new Error(`${path} answered ${statusCode}: ${text}`);
    return JSON.parse(text);
  }

  /** Submits by all connections at once, for so long. */
  async load(job: unknown, connections: number, seconds: number): Promise<Load> {
    const tookMs: number[] = [];
    const startedAt = performance.now();
    const endAt = startedAt + seconds * 1000;
    const submitOn = async () => {
      while (performance.now() < endAt) {
        const askedAt = performance.now();
        await this.submit(job);
        tookMs.push(performance.now() - askedAt);
      }
    };
    await Promise.all(Array.from({ length: connections }, submitOn));
    const took = (performance.now() - startedAt) / 1000;
    return {
      perSecond: tookMs.length / took,
      p99Ms: quantile(tookMs, 0.99),
      accepted: tookMs.length,
    };
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}
