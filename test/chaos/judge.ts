import { execFile } from 'node:child_process';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isFinished, type EncodingJob } from '../../src/core/job.ts';
import type { ChaosJob, JobKind } from './jobs.ts';
import type { Receiver } from './receiver.ts';
import type { Scene } from './scene.ts';

const run = promisify(execFile);

/** How jobs of each kind may end. Who cancels may come too late. */
const ENDS: Readonly<Record<JobKind, readonly string[]>> = {
  good: ['FINISHED'],
  large: ['FINISHED'],
  repeated: ['FINISHED'],
  cancelled: ['CANCELLED', 'FINISHED'],
  missing: ['ERROR'],
  'no-media': ['ERROR'],
};

const CODES: Readonly<Partial<Record<JobKind, readonly string[]>>> = {
  missing: ['SOURCE_NOT_FOUND'],
  // Where ffprobe has been killed, FFmpeg finds it out.
  'no-media': ['SOURCE_NOT_MEDIA', 'ENCODE_FAILED'],
};

/** What is wrong, by kind of violation: a line for each case. */
export class Verdict {
  readonly lost: string[] = [];
  readonly doubled: string[] = [];
  readonly stuck: string[] = [];
  readonly wrongEnds: string[] = [];
  readonly wrongOutputs: string[] = [];
  readonly leftovers: string[] = [];
  readonly notificationsMissing: string[] = [];
  readonly notificationsOutOfOrder: string[] = [];
  /** Told where too many are over what is allowed. */
  readonly slowRecoveries: string[] = [];
  /** More failures counted than attempts that came to nothing. */
  readonly failuresTooMany: string[] = [];
  readonly others: string[] = [];

  get all(): readonly string[] {
    return Object.entries(this).flatMap(([kind, cases]) =>
      (cases as readonly string[]).map((each) => `${kind}: ${each}`),
    );
  }
}

export interface Ended {
  readonly job: ChaosJob;
  readonly stored: EncodingJob;
}

/** Reads every accepted job as the store has it in the end, and judges how it ended. */
export async function judgeEnds(
  jobs: readonly ChaosJob[],
  { store }: Scene,
  verdict: Verdict,
): Promise<readonly Ended[]> {
  const ended: Ended[] = [];
  for (const job of jobs) {
    if (job.ids.size > 1) verdict.doubled.push(`${job.name}: one key, jobs ${[...job.ids].join()}`);
    for (const id of job.ids) {
      const stored = await store.get(id);
      if (stored === undefined) verdict.lost.push(`${job.name} (${id}): not in the store`);
      else if (!isFinished(stored)) {
        verdict.stuck.push(`${job.name} (${id}): ${stored.jobState}, attempt ${stored.attempt}`);
      } else {
        ended.push({ job, stored });
        judgeEnd({ job, stored }, verdict);
      }
    }
  }
  return ended;
}

function judgeEnd({ job, stored }: Ended, verdict: Verdict): void {
  const { kind, name } = job;
  const { jobState, errorCode, jobStateDetails, timings } = stored;
  const told = `${name} (${stored.uniqueId}): ${kind}, and ${jobState} ${errorCode}: ${jobStateDetails}`;
  if (!ENDS[kind].includes(jobState)) {
    (ENDS[kind].includes('FINISHED') ? verdict.lost : verdict.wrongEnds).push(told);
  }
  if (CODES[kind]?.includes(errorCode ?? '') === false) verdict.wrongEnds.push(told);
  const finishes = timings.filter(({ state }) => state === 'FINISHED').length;
  if (finishes > 1) verdict.doubled.push(`${name}: FINISHED ${finishes} times`);
}

const OUTPUTS_AT_A_TIME = 2;
const SECONDS_OFF = 0.25;

/** Whole, decodable to the end, as long as its source, and nothing else beside it. */
export async function judgeOutputs(
  ended: readonly Ended[],
  scene: Scene,
  verdict: Verdict,
): Promise<number> {
  const finished = ended.filter(({ stored }) => stored.jobState === 'FINISHED');
  const dir = join(scene.dir, 'fetched');
  await mkdir(dir, { recursive: true });
  const queue = [...finished];
  const judgeNext = async () => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const wrong = await judgeOutput(next, scene, dir);
      if (wrong !== undefined) verdict.wrongOutputs.push(`${next.job.name}: ${wrong}`);
    }
  };
  await Promise.all(Array.from({ length: OUTPUTS_AT_A_TIME }, judgeNext));

  const names = await scene.outputs();
  const wanted = new Map(ended.map(({ job, stored }) => [nameOf(job.dest), stored.jobState]));
  for (const name of names) {
    const state = wanted.get(name);
    // Who cancels a job whose output was just published finds that.
    if (state !== 'FINISHED' && state !== 'CANCELLED') {
      verdict.wrongOutputs.push(`${name} is there, and its job is ${state ?? 'not known'}`);
    }
  }
  if (new Set(names).size !== names.length) verdict.doubled.push('two outputs of the same name');
  return finished.length;
}

async function judgeOutput(
  { job, stored }: Ended,
  scene: Scene,
  dir: string,
): Promise<string | undefined> {
  const file = join(dir, nameOf(job.dest));
  try {
    await scene.fetch(job.dest, file);
    // One process for all: starting a big FFmpeg takes longer than decoding these few seconds.
    const decode = ['-v', 'error', '-xerror', '-progress', 'pipe:1', '-i', file, '-f', 'null', '-'];
    const { stdout, stderr } = await run('ffmpeg', decode);
    if (stderr !== '') return `cannot be decoded: ${stderr}`;
    const microseconds = [...stdout.matchAll(/^out_time_us=(\d+)$/gm)].at(-1)?.[1];
    const lasts = Number(microseconds) / 1e6;
    if (!(Math.abs(lasts - job.seconds) <= SECONDS_OFF))
      return `lasts ${lasts} s, not ${job.seconds} s`;
    const { size } = await stat(file);
    const wanted = stored.result?.outputs[0]?.size;
    return size === wanted ? undefined : `has ${size} bytes, not ${wanted}`;
  } catch (thrown: unknown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } finally {
    await rm(file, { force: true });
  }
}

/** Every state was told, once the number says so, in order unless its try had failed. */
export function judgeNotifications(
  ended: readonly Ended[],
  receiver: Receiver,
  verdict: Verdict,
): void {
  for (const { job, stored } of ended) {
    const { notificationCount: count, timings, undelivered, uniqueId } = stored;
    const hits = receiver.of(uniqueId);
    const missing = (what: string) => verdict.notificationsMissing.push(`${job.name}: ${what}`);
    const wanted = job.notify === 'none' ? 0 : job.notify === 'get' ? 1 : timings.length - 1;
    if (count !== wanted) missing(`${count} notifications for ${wanted} changes of state`);
    if (undelivered.length > 0) missing(`${undelivered.length} are still to be made`);
    // One that has to be tried again holds up no later one.
    const atOnce = new Set(
      stored.deliveries.filter(({ tries }) => tries === 1).map(({ sequence: number }) => number),
    );
    let lastTaken = -1;
    for (let sequence = 1; sequence <= count; sequence += 1) {
      const { takenAs, ids } = hits.get(sequence) ?? { ids: new Set() };
      if (takenAs === undefined) {
        missing(`number ${sequence} never came`);
        continue;
      }
      if (ids.size > 1) missing(`number ${sequence} came under the names ${[...ids].join()}`);
      if (!atOnce.has(sequence)) continue;
      if (takenAs < lastTaken) {
        verdict.notificationsOutOfOrder.push(`${job.name}: number ${sequence}`);
      }
      lastTaken = Math.max(lastTaken, takenAs);
    }
    const beyond = [...hits.keys()].filter((sequence) => sequence > count);
    if (beyond.length > 0) missing(`numbers ${beyond.join()} came, of ${count}`);
  }
}

function nameOf(uri: string): string {
  return uri.slice(uri.lastIndexOf('/') + 1);
}
