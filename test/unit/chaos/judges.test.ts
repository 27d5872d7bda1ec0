import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { judgeAttempts } from '../../chaos/judge-attempts.ts';
import { judgeRecoveries } from '../../chaos/judge-recoveries.ts';
import { Verdict, type Ended } from '../../chaos/judge.ts';
import type { Blow } from '../../chaos/monkey.ts';
import type { StateTiming } from '../../../src/core/job.ts';
import { makeTemporaryDirectory } from '../../conformance/open-temporary-place.ts';
import { makeJob, NOW } from '../../doubles/make-job.ts';

const limit = { seconds: 10, least: 1 };
const limits = { 'node killed': limit, 'node stopped': limit, 'node told to end': limit };
const hit = (attempt: number, blow: Blow, at = NOW) => ({ jobId: 'a', attempt, blow, at });

/** A job whose claims came so many seconds after the first one. */
function ended(failures: number, ...seconds: readonly number[]): Ended {
  const timings = seconds.map((after, index): StateTiming => ({
    state: 'DOWNLOADING',
    attempt: index + 1,
    at: NOW + after * 1000,
  }));
  const stored = makeJob({ uniqueId: 'a', failures, attempt: seconds.length, timings });
  const job = { name: 'a', kind: 'good', seconds: 1, dest: '', notify: 'none' } as const;
  return { job: { ...job, ids: new Set(['a']) }, stored };
}

it('tells of recoveries that are too slow, and of too few of them', () => {
  const verdict = new Verdict();
  const hits = [hit(1, 'node killed'), hit(2, 'node stopped', NOW + 5000)];
  const times = judgeRecoveries(hits, [ended(2, 0, 5, 20)], { limits, verdict });
  expect(times).toEqual({
    'node killed': [5000],
    'node stopped': [15_000],
    'node told to end': [],
  });
  expect(verdict.slowRecoveries).toEqual([
    expect.stringMatching(/^a, attempt 2: 15000 ms from .*, node stopped$/),
  ]);
  expect(verdict.others).toEqual(['node told to end: 0 jobs were claimed again, of at least 1']);
});

it('tells of a job with more failures than there are reasons', async () => {
  const dir = await makeTemporaryDirectory();
  const told = { job_id: 'a', attempt: 3, error_code: 'SOURCE_UNREACHABLE', msg: 'attempt failed' };
  await writeFile(join(dir, 'node.log'), `${JSON.stringify(told)}\n{"job_id":"a","att`);
  const hits = [hit(1, 'ffmpeg killed'), hit(1, 'node killed'), hit(2, 'node told to end')];
  const judge = async (failures: number) => {
    const verdict = new Verdict();
    const attempts = await judgeAttempts(hits, [ended(failures, 0, 1, 2, 3, 4)], { dir, verdict });
    return { attempts, wrong: verdict.all };
  };
  const attempts = { hit: 2, wasted: 2, told: 1 };
  expect(await judge(2)).toEqual({ attempts, wrong: [] });
  expect(await judge(3)).toEqual({
    attempts,
    wrong: ['failuresTooMany: a (a): 3 failures, and a reason for 2'],
  });
});
