import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFinished, isOpen } from '../../src/core/job.ts';
import { Random } from '../simulation/world/random.ts';
import { Submitter } from './jobs.ts';
import { fork } from './chance.ts';
import { judgeAttempts, type Attempts } from './judge-attempts.ts';
import { judgeEnds, judgeNotifications, judgeOutputs, Verdict } from './judge.ts';
import { judgeRecoveries, type Recoveries, type RecoveryLimits } from './judge-recoveries.ts';
import { keepLogs } from './keep-logs.ts';
import { Monkey, type Blow } from './monkey.ts';
import { openAwsScene } from './open-aws-scene.ts';
import { openLocalScene } from './open-local-scene.ts';
import { startReceiver, type Receiver } from './receiver.ts';
import { removeDir, startFeederd, type PlaceName, type Scene } from './scene.ts';
import type { Proxy } from './start-proxy.ts';
import { EncodeWatch, leftEncodes } from './watch-encodes.ts';

export interface ChaosOptions {
  readonly place: PlaceName;
  readonly jobs: number;
  readonly kills: number;
  readonly seed: number;
  readonly leaseSeconds: number;
  readonly recoveries: RecoveryLimits;
  /** Between two blows, in the mean. */
  readonly killEverySeconds: number;
  /** Jobs that are there at a time: fewer than slots, or recovery would mean waiting for a slot. */
  readonly atOnce: number;
  /** After so long the storm ends, whatever has happened until then. */
  readonly maxMinutes: number;
  readonly keep: boolean;
  readonly log: (line: string) => void;
}

export interface ChaosResult {
  readonly dir: string;
  readonly jobs: number;
  readonly finished: number;
  readonly blows: Readonly<Record<Blow, number>>;
  readonly kills: number;
  /** By line. */
  readonly lines: Readonly<Record<string, Traffic>>;
  readonly notifications: number;
  readonly recoveries: Recoveries;
  readonly attempts: Attempts;
  /** How often anything was seen to encode. */
  readonly looks: number;
  readonly verdict: Verdict;
  readonly audit: string;
  readonly seconds: number;
}

export interface Traffic {
  readonly requests: number;
  readonly faults: number;
}

/** Every look asks for every open job. */
const LOOK_FOR_ROOM_MS = 500;
const DRAIN_SECONDS = 240;
const SETTLE_SECONDS = 60;
const END_SECONDS = 25;

/** A storm over a whole installation, and what is left afterwards. Ends by itself, and all that it started. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const random = new Random(options.seed);
  const open = options.place === 'local' ? openLocalScene : openAwsScene;
  const receiver = await startReceiver(fork(random));
  const scene = await open(fork(random), options.leaseSeconds);
  let isClean = false;
  try {
    const result = await storm(scene, receiver, { ...options, random });
    isClean = result.verdict.all.length === 0;
    return result;
  } finally {
    await scene.processes.end(END_SECONDS);
    await Promise.all([scene.close(), receiver.close()]);
    if (isClean && !options.keep) await removeDir(scene.dir);
  }
}

async function storm(
  scene: Scene,
  receiver: Receiver,
  options: ChaosOptions & { readonly random: Random },
): Promise<ChaosResult> {
  const { random, log } = options;
  const startedAt = Date.now();
  const verdict = new Verdict();
  const monkey = new Monkey(scene, fork(random));
  const encodes = new EncodeWatch(scene.processes);
  await using closing = new AsyncDisposableStack();
  const watched = new AbortController();
  const watching = Promise.all([
    encodes.run(watched.signal),
    keepLogs(join(scene.dir, 'data/logs'), join(scene.dir, 'logs'), watched.signal),
  ]);
  closing.defer(async () => {
    watched.abort();
    await watching;
  });
  const submitter = new Submitter(scene, { random: fork(random), receiver: receiver.url });
  for (const index of scene.feederdPorts.keys()) startFeederd(scene, index);
  await submitter.call('/readyz');
  const faulty = Object.values(scene.proxies);
  for (const proxy of faulty) proxy.isOn = true;

  const endAt = startedAt + options.maxMinutes * 60_000;
  const isOver = () =>
    Date.now() > endAt || (submitter.jobs.length >= options.jobs && monkey.total >= options.kills);
  const allowed = () => 2 + (submitter.jobs.length * options.kills) / options.jobs;
  const raging = monkey.rage(options.killEverySeconds, { allowed, isOver });
  await submitUntil(isOver, submitter, scene, options);
  await raging;
  for (const proxy of faulty) proxy.isOn = false;
  receiver.isFailing = false;
  log(
    `the storm is over after ${seconds(startedAt)} s: ${submitter.jobs.length} jobs, ${monkey.total} kills`,
  );

  await drain(scene, submitter, log);
  await scene.tidy();
  let leftovers: readonly string[] = [];
  const isCalm = async () => (leftovers = await leftoversOf(scene)).length === 0;
  await until(isCalm, SETTLE_SECONDS);
  verdict.leftovers.push(...leftovers);
  log('calm; looking at what there is');
  const ended = await judgeEnds(submitter.jobs, scene, verdict);
  const finished = await judgeOutputs(ended, scene, verdict);
  judgeNotifications(ended, receiver, verdict);
  const attempts = await judgeAttempts(monkey.hits, ended, { dir: scene.dir, verdict });
  const { recoveries: limits } = options;
  const recoveries = judgeRecoveries(monkey.hits, ended, { limits, verdict });
  verdict.lost.push(...monkey.unheard);
  verdict.doubled.push(...encodes.doubled);
  verdict.others.push(...submitter.refusals);
  if (submitter.jobs.length < options.jobs)
    verdict.others.push(`${submitter.jobs.length} jobs only`);
  if (monkey.total < options.kills) verdict.others.push(`${monkey.total} kills only`);

  const audit = await scene.processes.run(['audit'], { cwd: scene.dir, env: scene.env });
  if (audit.code !== 0) verdict.others.push(`the audit ends with ${audit.code}`);
  for (const { kind, pid } of await scene.processes.end(END_SECONDS)) {
    verdict.leftovers.push(`${kind} ${pid} did not end when it was asked to`);
  }
  return {
    dir: scene.dir,
    jobs: submitter.jobs.length,
    finished,
    blows: monkey.blows,
    kills: monkey.total,
    lines: Object.fromEntries(
      Object.entries(scene.proxies).map(([name, { counts }]) => [name, trafficOf(counts)]),
    ),
    notifications: receiver.total,
    recoveries,
    attempts,
    looks: encodes.looks,
    verdict,
    audit: audit.output.trim(),
    seconds: seconds(startedAt),
  };
}

function trafficOf(counts: Proxy['counts']): Traffic {
  const requests = Object.values(counts).reduce((sum, each) => sum + each, 0);
  return { requests, faults: requests - counts.none };
}

/** Submits whenever there is room, so that kills always hit something. */
async function submitUntil(
  isOver: () => boolean,
  submitter: Submitter,
  scene: Scene,
  { atOnce }: ChaosOptions,
): Promise<void> {
  const open = new Set<string>();
  const submitting = new Set<Promise<void>>();
  while (!isOver()) {
    for (const id of open) {
      const job = await scene.store.get(id);
      if (job !== undefined && isFinished(job)) open.delete(id);
    }
    while (open.size + submitting.size < atOnce) {
      const submitted: Promise<void> = submitter
        .submitNext()
        .then(({ ids }) => ids.forEach((id) => open.add(id)))
        .finally(() => submitting.delete(submitted));
      submitting.add(submitted);
    }
    await sleep(LOOK_FOR_ROOM_MS);
  }
  await Promise.all(submitting);
}

/** Waits until nothing is left to be done; has notifications that wait for minutes tried at once. */
async function drain(scene: Scene, submitter: Submitter, log: (line: string) => void) {
  const redelivered = new Set<string>();
  const isDone = async () => {
    let open = 0;
    let cursor: string | undefined;
    do {
      const page = await scene.store.open(cursor);
      for (const job of page.jobs.filter(isOpen)) {
        open += 1;
        for (const { id, tries, nextTryAt } of job.undelivered) {
          const waitsLong = nextTryAt > Date.now() + 10_000;
          if (tries < 2 || !waitsLong || redelivered.has(id)) continue;
          redelivered.add(id);
          const path = `/jobs/${job.uniqueId}/notifications/${id}/redeliver`;
          await submitter.call(path, { method: 'POST' });
        }
      }
      ({ cursor } = page);
    } while (cursor !== undefined);
    return open === 0;
  };
  const isDrained = await until(isDone, DRAIN_SECONDS);
  if (redelivered.size > 0) log(`${redelivered.size} notifications were asked for again`);
  if (!isDrained) log('not everything has come to its end');
}

async function leftoversOf(scene: Scene): Promise<readonly string[]> {
  const { parts, uploads, workDirs } = await scene.leftovers();
  return [
    ...parts.map((each) => `part file ${each}`),
    ...uploads,
    ...workDirs.map((each) => `work directory ${each}`),
    ...leftEncodes(scene.processes.list()).map(({ pid }) => `ffmpeg ${pid} runs on`),
  ];
}

async function until(holds: () => Promise<boolean>, atMostSeconds: number): Promise<boolean> {
  const giveUpAt = Date.now() + atMostSeconds * 1000;
  while (!(await holds())) {
    if (Date.now() > giveUpAt) return false;
    await sleep(500);
  }
  return true;
}

function seconds(since: number): number {
  return Math.round((Date.now() - since) / 1000);
}
