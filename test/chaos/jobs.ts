import type { WireJob } from '../../src/core/job-wire.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../simulation/world/random.ts';
import { fork, weighted } from './chance.ts';
import { CLIP_SECONDS, type Scene } from './scene.ts';

export type JobKind = 'good' | 'large' | 'repeated' | 'cancelled' | 'missing' | 'no-media';

const MIX: Readonly<Record<JobKind, number>> = {
  good: 66,
  large: 6,
  repeated: 10,
  cancelled: 8,
  missing: 5,
  'no-media': 5,
};

export interface ChaosJob {
  readonly name: string;
  readonly kind: JobKind;
  readonly seconds: number;
  readonly dest: string;
  readonly notify: 'none' | 'get' | 'post';
  /** What feederd answered to each submit that it took: one id, or something is wrong. */
  readonly ids: Set<string>;
}

const SECRET = `whsec_${Buffer.from('a secret of 24 characters').toString('base64')}`;
const SUBMIT_AGAIN_MS = 300;
const GIVE_UP_MS = 120_000;

/** Submits as careful clients do: with a key, and again until there is an answer. */
export class Submitter {
  readonly #scene: Scene;
  readonly #random: Random;
  readonly #receiver: string;
  readonly jobs: ChaosJob[] = [];
  /** Answers that were no acceptance though nothing was wrong with the request. */
  readonly refusals: string[] = [];

  constructor(scene: Scene, { random, receiver }: { random: Random; receiver: string }) {
    this.#scene = scene;
    this.#random = random;
    this.#receiver = receiver;
  }

  /** @returns when the job is accepted, and what was to be done with it besides is done */
  async submitNext(): Promise<ChaosJob> {
    const random = fork(this.#random);
    const name = `job-${String(this.jobs.length).padStart(4, '0')}`;
    const kind = weighted(random, MIX);
    const seconds = kind === 'large' ? 2 : random.pick(CLIP_SECONDS);
    const dests = this.#scene.dests(`${name}.${kind === 'large' ? 'mkv' : 'mp4'}`);
    const job: ChaosJob = {
      name,
      kind,
      seconds,
      dest: random.pick(dests),
      notify: random.pick(['none', 'get', 'post', 'post'] as const),
      ids: new Set(),
    };
    this.jobs.push(job);
    const body = this.#bodyOf(job, random);
    const submits = kind === 'repeated' ? 3 : 1;
    await Promise.all(Array.from({ length: submits }, () => this.#submit(job, body, random)));
    if (kind === 'repeated') await this.#submit(job, body, random);
    if (kind === 'cancelled') void this.#cancelSoon(job, random.between(0, 3000));
    return job;
  }

  /** Does a call with whichever feederd answers. */
  async call(path: string, init: RequestInit = {}): Promise<Response> {
    const giveUpAt = Date.now() + GIVE_UP_MS;
    for (let turn = this.jobs.length; ; turn += 1) {
      const port = this.#scene.feederdPorts[turn % this.#scene.feederdPorts.length];
      try {
        const signal = AbortSignal.timeout(5000);
        const answer = await fetch(`http://127.0.0.1:${port}${path}`, { ...init, signal });
        if (answer.status < 500) return answer;
      } catch {
        // That one is down, or stands still.
      }
      if (Date.now() > giveUpAt) throw new Error(`no feederd answers ${path}`);
      await sleep(SUBMIT_AGAIN_MS);
    }
  }

  async #submit({ ids, name }: ChaosJob, body: string, random: Random): Promise<void> {
    await sleep(random.between(0, 50));
    const headers = { 'content-type': 'application/json', 'idempotency-key': name };
    const answer = await this.call('/jobs', { method: 'POST', headers, body });
    const told = await answer.text();
    if (answer.ok) ids.add((JSON.parse(told) as WireJob).unique_id);
    else this.refusals.push(`${name}: ${answer.status} ${told}`);
  }

  async #cancelSoon({ ids }: ChaosJob, afterMs: number): Promise<void> {
    await sleep(afterMs);
    for (const id of ids) await this.call(`/jobs/${id}/cancel`, { method: 'POST' }).catch(() => {});
  }

  #bodyOf({ name, kind, seconds, dest, notify }: ChaosJob, random: Random): string {
    const { clips, missing, noMedia } = this.#scene;
    const clip = random.pick(clips.get(seconds) ?? []);
    const source = kind === 'missing' ? missing : kind === 'no-media' ? noMedia : clip;
    const hook = `${this.#receiver}/${name}`;
    return JSON.stringify({
      source_path: source,
      dest_path: dest,
      job_options: { nommer: 'FFmpegNommer', options: optionsOf(kind, random) },
      ...(notify === 'get' && { notify_url: hook }),
      ...(notify === 'post' && {
        notify: { url: hook, events: ['state', 'finished'], secret: SECRET },
      }),
    });
  }
}

/** Most take as long as the clip plays: long enough to be killed in their middle, and little to compute. */
function optionsOf(kind: JobKind, random: Random): unknown {
  if (kind === 'large') {
    const raw = [
      ['vcodec', 'rawvideo'],
      ['s', '480x270'],
      ['acodec', 'pcm_s16le'],
      ['f', 'matroska'],
    ];
    return [{ outfile_options: raw }];
  }
  const pace = random.chance(0.7) ? { infile_options: [['re', null]] } : {};
  const h264 = [
    ['vcodec', 'libx264'],
    ['preset', 'ultrafast'],
    ['acodec', 'aac'],
    ['f', 'mp4'],
  ];
  return [{ ...pace, outfile_options: h264 }];
}
