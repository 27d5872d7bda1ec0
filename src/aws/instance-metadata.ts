import { setTimeout } from 'node:timers/promises';
import { NommerError } from '../core/errors.ts';

/** Where EC2 instances find their metadata service. */
const DEFAULT_ENDPOINT = 'http://169.254.169.254';
const TOKEN_SECONDS = 21_600;
const ANSWER_TIMEOUT_MS = 2000;
const PAUSES_MS = [200, 1000];

/** The metadata service of this instance, by IMDSv2 only. */
export class InstanceMetadata {
  readonly #endpoint: string;
  #token: Promise<string> | undefined;

  constructor(endpoint: string | undefined) {
    this.#endpoint = (endpoint ?? DEFAULT_ENDPOINT).replace(/\/$/, '');
  }

  /** @throws NommerError UNAVAILABLE, also where this is no EC2 instance */
  async instanceId(): Promise<string> {
    const id = await this.#get('meta-data/instance-id');
    if (id === undefined) throw new NommerError('UNAVAILABLE', 'EC2 gave this node no instance id');
    return id;
  }

  /**
   * Whether EC2 means to take this instance away: `none`, `rebalance` (likely soon), or what happens and
   * when, in milliseconds since the epoch.
   */
  async poll(): Promise<'none' | 'rebalance' | { readonly action: string; readonly at: number }> {
    const notice = await this.#get('meta-data/spot/instance-action');
    if (notice !== undefined) {
      const { action, time } = JSON.parse(notice) as { action?: unknown; time?: unknown };
      const at = Date.parse(String(time));
      // A time that is none would never come, and nothing be handed back.
      if (typeof action === 'string' && !Number.isNaN(at)) return { action, at };
      throw new NommerError('UNAVAILABLE', `EC2 gave an unknown interruption notice: ${notice}`);
    }
    const rebalance = await this.#get('meta-data/events/recommendations/rebalance');
    return rebalance === undefined ? 'none' : 'rebalance';
  }

  /** @returns undefined where there is no such thing */
  async #get(path: string): Promise<string | undefined> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await this.#ask(`/latest/${path}`, {
          headers: { 'x-aws-ec2-metadata-token': await this.#tokenOnce() },
        });
        // Also of a refusal: an answer left unread holds its connection, and this asks every few seconds.
        const text = await answer.text();
        if (answer.status === 404) return undefined;
        if (answer.status === 401) this.#token = undefined;
        if (!answer.ok) throw new Error(`answered ${answer.status}`);
        return text;
      } catch (thrown: unknown) {
        const pauseMs = PAUSES_MS[attempt];
        if (pauseMs !== undefined) {
          await setTimeout(pauseMs);
          continue;
        }
        const why = thrown instanceof Error ? thrown.message : String(thrown);
        throw new NommerError(
          'UNAVAILABLE',
          `The instance metadata service (${path}): ${why}; off EC2, start nommerd with --node-id ID`,
          { cause: thrown },
        );
      }
    }
  }

  #tokenOnce(): Promise<string> {
    if (this.#token !== undefined) return this.#token;
    const token = this.#ask('/latest/api/token', {
      method: 'PUT',
      headers: { 'x-aws-ec2-metadata-token-ttl-seconds': String(TOKEN_SECONDS) },
    }).then(async (answer) => {
      if (!answer.ok) throw new Error(`answered ${answer.status} to the request for a token`);
      return await answer.text();
    });
    token.catch(() => (this.#token = undefined));
    this.#token = token;
    return token;
  }

  #ask(path: string, init: RequestInit): Promise<Response> {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    return fetch(`${this.#endpoint}${path}`, { ...init, signal });
  }
}
