import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ended, Verdict } from './judge.ts';
import type { Hit } from './monkey.ts';

/** Attempts beyond the one that each job needs. */
export interface Attempts {
  /** Ended by the monkey: their node or their FFmpeg was killed, stopped or told to end. */
  readonly hit: number;
  /** Those that it did not touch. */
  readonly wasted: number;
  /** Of these, the ones whose node says why: a fault on a line, a lease that it could not confirm. */
  readonly told: number;
}

/** What a node says when an attempt of its own comes to nothing. */
const SAYINGS: readonly RegExp[] = [
  /^attempt failed/,
  /^attempt interrupted the job is no longer ours/,
  /^lease not confirmed in time/,
  /^how the attempt ended is not stored/,
];

/** How many attempts there were and why, and whether each counts as one failure at most. */
export async function judgeAttempts(
  hits: readonly Hit[],
  ended: readonly Ended[],
  { dir, verdict }: { readonly dir: string; readonly verdict: Verdict },
): Promise<Attempts> {
  const hit = new Set(hits.map(attemptName));
  const told = await readSayings(dir);
  // A hand-over is no failure.
  const harmed = new Set(hits.filter(({ blow }) => blow !== 'node told to end').map(attemptName));
  const counts = { hit: 0, wasted: 0, told: 0 };
  for (const { job, stored } of ended) {
    const { uniqueId: jobId, attempt: last, failures } = stored;
    const names = Array.from({ length: last }, (_, index) =>
      attemptName({ jobId, attempt: index + 1 }),
    );
    for (const name of names.slice(0, -1)) {
      if (hit.has(name)) counts.hit += 1;
      else counts.wasted += 1;
      if (!hit.has(name) && told.has(name)) counts.told += 1;
    }
    const reasons = names.filter((name) => harmed.has(name) || told.has(name)).length;
    if (failures > reasons) {
      verdict.failuresTooMany.push(
        `${job.name} (${jobId}): ${failures} failures, and a reason for ${reasons}`,
      );
    }
  }
  return counts;
}

/** Of all daemons, whose logs are somewhere in the folder. @returns the attempts that they tell of */
async function readSayings(dir: string): Promise<ReadonlySet<string>> {
  const told = new Set<string>();
  const files = (await readdir(dir, { recursive: true })).filter((name) => name.endsWith('.log'));
  for (const file of files) {
    for (const line of (await readFile(join(dir, file), 'utf8')).split('\n')) {
      const { job_id: jobId, attempt, msg, why = '' } = parse(line);
      if (jobId === undefined || attempt === undefined || msg === undefined) continue;
      if (SAYINGS.some((saying) => saying.test(`${msg} ${why}`)))
        told.add(attemptName({ jobId, attempt }));
    }
  }
  return told;
}

function parse(line: string): { job_id?: string; attempt?: number; msg?: string; why?: string } {
  try {
    return JSON.parse(line) as object;
  } catch {
    return {}; // what a killed process has not written to its end, or Node's own words
  }
}

function attemptName({
  jobId,
  attempt,
}: {
  readonly jobId: string;
  readonly attempt: number;
}): string {
  return `${jobId} ${attempt}`;
}
