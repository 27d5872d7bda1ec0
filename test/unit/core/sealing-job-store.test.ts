import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { EncodingJob } from '../../../src/core/job.ts';
import { openSealed, seal } from '../../../src/core/seal.ts';
import { SealingJobStore } from '../../../src/core/sealing-job-store.ts';
import { makeJob } from '../../doubles/make-job.ts';
import { MemoryJobStore } from '../../doubles/memory-job-store.ts';

const newKey = () => randomBytes(32).toString('base64');
const CANARY = 'c4n4ry';
const SHOWN = 's3://***@bucket/out.mp4';

const destPath = `s3://AKIDEXAMPLE:${CANARY}/+${CANARY}@bucket/out.mp4`;
const result = { source: null, outputs: [{ uri: destPath }] } as never;
const JOB = makeJob({
  sourcePath: `https://user:${CANARY}@media.example/in.mp4`,
  destPath,
  notify: {
    url: `https://app.example/?token=${CANARY}`,
    events: ['state'],
    secret: `whsec_${CANARY}`,
  },
  result,
  made: { attempt: 1, result },
});

it('gives the store behind it no credentials, and gives them back', async () => {
  const behind = new MemoryJobStore();
  const store = new SealingJobStore(behind, [newKey()]);
  await store.create(JOB);
  const kept = await behind.get('job-1');
  expect(JSON.stringify(kept)).not.toContain(CANARY);
  expect(kept).toMatchObject({ destPath: SHOWN, result: { outputs: [{ uri: SHOWN }] } });
  expect(await store.get('job-1')).toStrictEqual(JOB);
  expect((await store.open()).jobs).toStrictEqual([JOB]);
  expect((await store.recent({ limit: 9 })).jobs).toStrictEqual([JOB]);
  expect(await store.create(JOB)).toStrictEqual({ created: false, existing: JOB });

  const next = { ...JOB, version: JOB.version + 1, log: 'changed' };
  expect(await store.replace(next, JOB.version)).toBe(true);
  expect(JSON.stringify(await behind.get('job-1'))).not.toContain(CANARY);
  expect(await store.get('job-1')).toStrictEqual(next);
});

it('seals options and metadata where they hold credentials, and the hash of the request with them', async () => {
  const behind = new MemoryJobStore();
  const store = new SealingJobStore(behind, [newKey()]);
  const options = [{ outfile_options: { crf: 20, encryption_key: CANARY } }];
  const requestHash = 'c0ffee';
  const jobs = [
    makeJob({ uniqueId: 'options', options, requestHash }),
    makeJob({ uniqueId: 'metadata', metadata: { to: `https://${CANARY}@host/` }, requestHash }),
    makeJob({ uniqueId: 'own', nommer: 'Own', options: { password: CANARY }, requestHash }),
  ];
  for (const job of jobs) {
    await store.create(job);
    expect(await store.get(job.uniqueId)).toStrictEqual(job);
    const kept = JSON.stringify(await behind.get(job.uniqueId));
    expect(kept).not.toContain(CANARY);
    expect(kept).not.toContain(requestHash);
  }
  expect(await behind.get('options')).toMatchObject({
    sourcePath: 'file:///media/in.mp4',
    options: [{ outfile_options: { crf: 20, encryption_key: '***' } }],
  });
});

it('reads what an earlier version has sealed: less, and no hash', async () => {
  const behind = new MemoryJobStore();
  const key = newKey();
  const { sourcePath, destPath: to, notifyUrl, notify } = JOB;
  const text = JSON.stringify({ sourcePath, destPath: to, notifyUrl, notify });
  const sealed = await seal(text, { key, context: 'job-1' });
  await behind.create(makeJob({ destPath: SHOWN, sealed, requestHash: 'c0ffee' }));
  expect(await new SealingJobStore(behind, [key]).get('job-1')).toMatchObject({
    ...{ sourcePath, destPath: to, notify, sealed: null, requestHash: 'c0ffee' },
  });
});

it('seals anew what has changed, and nothing else', async () => {
  const behind = new MemoryJobStore();
  const key = newKey();
  const sealedBy = async (store: SealingJobStore, patch: Partial<EncodingJob>) => {
    const job = (await store.get('job-1')) ?? JOB;
    await store.replace({ ...job, ...patch, version: job.version + 1 }, job.version);
    return (await behind.get('job-1'))?.sealed;
  };
  const store = new SealingJobStore(behind, [key]);
  await store.create(JOB);
  const first = (await behind.get('job-1'))?.sealed;
  expect(await sealedBy(store, { log: 'changed' })).toBe(first);
  const elsewhere = new SealingJobStore(behind, [key]);
  expect(await sealedBy(elsewhere, { log: 'changed again' })).toBe(first);
  const other = await sealedBy(elsewhere, { notify: null });
  expect(other).not.toBe(first);
  expect(await sealedBy(store, { log: 'once more' })).toBe(other);
  expect(await store.get('job-1')).toMatchObject({ notify: null, log: 'once more' });
});

it('leaves alone what has no credentials, and everything where there is no key', async () => {
  const behind = new MemoryJobStore();
  const plain = makeJob({ uniqueId: 'plain' });
  await new SealingJobStore(behind, [newKey()]).create(plain);
  expect(await behind.get('plain')).toStrictEqual(plain);
  await new SealingJobStore(behind, []).create(JOB);
  expect(await behind.get('job-1')).toStrictEqual(JOB);
});

it('reads by any of its keys, seals by the first', async () => {
  const behind = new MemoryJobStore();
  const [old, young] = [newKey(), newKey()];
  await new SealingJobStore(behind, [old]).create(JOB);
  const changing = new SealingJobStore(behind, [young, old]);
  expect(await changing.get('job-1')).toStrictEqual(JOB);
  await changing.replace({ ...JOB, version: 2 }, JOB.version);
  expect(await new SealingJobStore(behind, [young]).get('job-1')).toMatchObject({ destPath });
});

it('keeps what no key of it opens, through changes', async () => {
  const behind = new MemoryJobStore();
  const key = newKey();
  await new SealingJobStore(behind, [key]).create(JOB);
  const stranger = new SealingJobStore(behind, [newKey()]);
  const shown = await stranger.get('job-1');
  expect(shown).toMatchObject({ destPath: SHOWN, sealed: expect.stringMatching(/^v1\./) });
  await stranger.replace({ ...(shown ?? JOB), version: 2, log: 'changed' }, JOB.version);
  expect(await new SealingJobStore(behind, [key]).get('job-1')).toStrictEqual({
    ...JOB,
    version: 2,
    log: 'changed',
  });
});

it('opens nothing that was moved to another job, changed or cut', async () => {
  const key = newKey();
  const sealed = await seal('text', { key, context: 'job-1' });
  const open = (text: string, context = 'job-1') => openSealed(text, { keys: [key], context });
  expect(await open(sealed)).toBe('text');
  expect(await open(sealed, 'job-2')).toBeUndefined();
  for (const wrong of [sealed.slice(0, -4), sealed.replace('v1', 'v2'), 'v1', '', `${sealed}!`]) {
    expect(await open(wrong)).toBeUndefined();
  }
  expect(await seal('text', { key, context: 'job-1' })).not.toBe(sealed);
});
