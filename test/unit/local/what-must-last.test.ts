import { expect, it } from 'vitest';
import type { EncodingJob } from '../../../src/core/job.ts';
import { claim } from '../../../src/core/job-rules/claim.ts';
import { advance, fail, finish, handOver, renew } from '../../../src/core/job-rules/hold.ts';
import { cancel } from '../../../src/core/job-rules/operate.ts';
import type { JobRule } from '../../../src/core/job-rules/ruling.ts';
import { markQueued } from '../../../src/core/job-rules/submit.ts';
import { NommerError } from '../../../src/core/errors.ts';
import type { SharedDatabase } from '../../../src/local/shared-database.ts';
import { SqliteJobStore } from '../../../src/local/sqlite-job-store.ts';
import { makeJob, NOW } from '../../doubles/make-job.ts';

const retryPolicy = { maxFailures: 5, backOffMs: 1000, maxBackOffMs: 60_000 };
const leaseMs = 30_000;
const mine = { nodeId: 'node', attempt: 1 };
const report = { log: '', translated: [] };
const result = { source: null, outputs: [] };
const error = new NommerError('ENCODE_CRASHED', 'it crashed');

const take: JobRule = (job, now) => claim(job, { nodeId: 'node', leaseMs, retryPolicy }, now);
const keep: JobRule = (job, now) => renew(job, mine, { leaseMs, progress: null, report }, now);
const step =
  (state: 'ENCODING' | 'UPLOADING'): JobRule =>
  (job, now) =>
    advance(job, mine, { state, leaseMs, report }, now);
const publish: JobRule = (job, now) => finish(job, mine, { result, report }, now);
const giveBack: JobRule = (job, now) => handOver(job, mine, 'leaving', now);
const crash: JobRule = (job, now) => fail(job, mine, { error, retryPolicy, report }, now);

const encoding = [take, step('ENCODING')];
const uploading = [...encoding, step('UPLOADING')];
const told = { notifyUrl: 'http://receiver.example/', notificationCount: 1 };

it.each<[string, readonly JobRule[], Partial<EncodingJob>, 'write' | 'writeRelaxed']>([
  ['note that it is queued', [markQueued], {}, 'write'],
  ['claim', [take], {}, 'write'],
  ['renewal', [take, keep], {}, 'writeRelaxed'],
  ['begin of encoding', encoding, {}, 'writeRelaxed'],
  ['renewal while encoding', [...encoding, keep], {}, 'writeRelaxed'],
  ['wish to cancel', [...encoding, cancel], {}, 'write'],
  ['renewal of what is to be cancelled', [...encoding, cancel, keep], {}, 'write'],
  ['begin of encoding that somebody may be told of', encoding, told, 'write'],
  ['renewal that may tell somebody', [take, keep], told, 'write'],
  ['begin of the upload', uploading, {}, 'write'],
  ['renewal while uploading', [...uploading, keep], {}, 'writeRelaxed'],
  ['end', [...uploading, publish], {}, 'write'],
  ['hand-over', [...encoding, giveBack], {}, 'write'],
  ['failure', [...encoding, crash], {}, 'write'],
])('a %s is stored for good or not', async (_what, rules, patch, wanted) => {
  const asked: string[] = [];
  const statement = { run: () => ({ changes: 1 }) };
  const act =
    (how: string) =>
    <T>(run: () => T): Promise<T> => {
      asked.push(how);
      return Promise.resolve(run());
    };
  const database = {
    prepare: () => statement,
    write: act('write'),
    writeRelaxed: act('writeRelaxed'),
  } as unknown as SharedDatabase;
  const store = new SqliteJobStore({ database, isThere: () => Promise.resolve(true) });

  let job = makeJob(patch);
  for (const [index, rule] of rules.entries()) {
    const ruling = rule(job, NOW + index + 1);
    expect(ruling.allowed).toBe(true);
    job = ruling.job;
  }
  await store.replace(job, job.version - 1);
  expect(asked).toEqual([wanted]);
});
