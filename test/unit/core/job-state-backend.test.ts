import { expect, it } from 'vitest';
import { NommerError } from '../../../src/core/errors.ts';
import { isStored, type EncodingJob } from '../../../src/core/job.ts';
import { JobStateBackend } from '../../../src/core/job-state-backend.ts';
import { claim } from '../../../src/core/job-rules/claim.ts';
import { change } from '../../../src/core/job-rules/ruling.ts';
import { decodeJobMessage } from '../../../src/core/messages.ts';
import { ManualClock } from '../../doubles/manual-clock.ts';
import { MemoryJobQueue } from '../../doubles/memory-job-queue.ts';
import { MemoryJobStore } from '../../doubles/memory-job-store.ts';
import { makeJob } from '../../doubles/make-job.ts';

const unavailable = new NommerError('UNAVAILABLE', 'the answer got lost');
const neverArrive = () => Promise.reject(unavailable);
const addFailure = (job: EncodingJob, now: number) =>
  change(job, now, { failures: job.failures + 1 });

/** A store that does what it is told and then loses its answer. */
class ForgetfulStore extends MemoryJobStore {
  override async replace(job: EncodingJob, expectedVersion: number): Promise<boolean> {
    await super.replace(job, expectedVersion);
    throw unavailable;
  }
}

/** A store that does not do what it is told, and says so. */
class BrokenStore extends MemoryJobStore {
  override replace(): Promise<boolean> {
    return Promise.reject(unavailable);
  }
}

interface Options {
  readonly store?: MemoryJobStore;
  readonly stateChanges?: MemoryJobQueue;
}

async function open({ store = new MemoryJobStore(), stateChanges }: Options = {}) {
  const clock = new ManualClock();
  const newJobs = new MemoryJobQueue(clock);
  const changes = stateChanges ?? new MemoryJobQueue(clock);
  const lost: string[] = [];
  const onHintLost = (uniqueId: string) => lost.push(uniqueId);
  const backend = new JobStateBackend({ store, newJobs, stateChanges: changes, clock, onHintLost });
  const { job } = await backend.create(makeJob());
  return { backend, job, clock, newJobs, changes, lost };
}

async function namesIn(queue: MemoryJobQueue) {
  const messages = await queue.receive({ max: 10, waitSeconds: 0, visibilitySeconds: 30 });
  return messages.map(({ body }) => decodeJobMessage(body));
}

it('creates a job once, and gives the first one to whoever comes later', async () => {
  const { backend, job } = await open();
  const again = await backend.create({ ...makeJob(), sourcePath: 'file:///other.mp4' });
  expect(again).toStrictEqual({ job, created: false });
});

it('queues a job and notes that it did', async () => {
  const { backend, newJobs } = await open();
  await backend.enqueue('job-1');
  expect((await backend.get('job-1')).queued).toBe(true);
  expect(await namesIn(newJobs)).toStrictEqual(['job-1']);
});

it('loses no change when many are made at once', async () => {
  const { backend } = await open();
  await Promise.all(Array.from({ length: 20 }, () => backend.change('job-1', addFailure)));
  expect(await backend.get('job-1')).toMatchObject({ failures: 20, version: 21 });
});

it('announces every stored change, and none that a rule refused', async () => {
  const { backend, clock, changes } = await open();
  await backend.change('job-1', addFailure);
  await backend.change('job-1', (job) => ({ allowed: false, job, refusal: 'unchanged' }));
  await clock.settle();
  expect(await namesIn(changes)).toStrictEqual(['job-1']);
});

it('stores a change though it cannot be announced', async () => {
  const stateChanges = new MemoryJobQueue(new ManualClock(), { arrive: neverArrive });
  const { backend, clock, lost } = await open({ stateChanges });
  await backend.change('job-1', addFailure);
  await clock.settle();
  expect((await backend.get('job-1')).failures).toBe(1);
  expect(lost).toStrictEqual(['job-1']);
});

it('makes a change once though the store lost its answer', async () => {
  const { backend } = await open({ store: new ForgetfulStore() });
  expect((await backend.change('job-1', addFailure)).job.failures).toBe(1);
  expect(await backend.get('job-1')).toMatchObject({ failures: 1, version: 2 });
});

it('knows its change again though others have changed the job before it looks', async () => {
  const store = new MemoryJobStore();
  const { backend } = await open({ store });
  const replace = store.replace.bind(store);
  store.replace = async (...of) => {
    await replace(...of);
    store.replace = replace;
    await backend.change('job-1', addFailure);
    throw unavailable;
  };
  const { allowed } = await backend.change('job-1', addFailure);
  expect(allowed).toBe(true);
  expect(await backend.get('job-1')).toMatchObject({ failures: 2, version: 3 });
});

it('tells when a change was not stored', async () => {
  const { backend } = await open({ store: new BrokenStore() });
  await expect(backend.change('job-1', addFailure)).rejects.toBe(unavailable);
  expect((await backend.get('job-1')).failures).toBe(0);
});

it('knows no job that nobody has submitted', async () => {
  const { backend } = await open();
  await expect(backend.get('job-2')).rejects.toMatchObject({ code: 'UNKNOWN_JOB' });
  await expect(backend.change('job-2', addFailure)).rejects.toMatchObject({ code: 'UNKNOWN_JOB' });
});

/** As DynamoDB's: what it refuses although it is stored, it takes for a repetition of the same call. */
class RepeatedStore extends MemoryJobStore {
  override async create(job: EncodingJob) {
    const answer = await super.create(job);
    const isRepeated = !answer.created && isStored(job, answer.existing);
    return isRepeated ? ({ created: true } as const) : answer;
  }

  override async replace(job: EncodingJob, expectedVersion: number): Promise<boolean> {
    if (await super.replace(job, expectedVersion)) return true;
    return isStored(job, await this.get(job.uniqueId));
  }
}

it('lets one of two slots of a node that claim a job at the same moment have it', async () => {
  const { backend, job } = await open({ store: new RepeatedStore() });
  const retryPolicy = { maxFailures: 3, backOffMs: 1000, maxBackOffMs: 1000 };
  const request = { nodeId: 'node-1', leaseMs: 30_000, retryPolicy };
  const claimNow = () => backend.change(job.uniqueId, (each, now) => claim(each, request, now));
  const claims = await Promise.all([claimNow(), claimNow()]);
  expect(claims.filter(({ allowed }) => allowed)).toHaveLength(1);
});

it('tells of one of two submits of a job at the same moment that it has created it', async () => {
  const { backend } = await open({ store: new RepeatedStore() });
  const again = makeJob({ uniqueId: 'job-2' });
  const answers = await Promise.all([backend.create(again), backend.create(again)]);
  expect(answers.filter(({ created }) => created)).toHaveLength(1);
});
