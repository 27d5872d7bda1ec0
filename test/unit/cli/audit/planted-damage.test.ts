import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateMultipartUploadCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, it, onTestFinished } from 'vitest';
import { isSame, problem } from '../../../../src/cli/audit/finding.ts';
import { renderAuditResult } from '../../../../src/cli/audit/render-finding.ts';
import { unpainted } from '../../../../src/cli/render/paint.ts';
import { ownIdentity, pidNamespace } from '../../../../src/daemon/process-identity.ts';
import { ownershipMetadata } from '../../../../src/storage/s3/s3-ownership.ts';
import { makeJob } from '../../../doubles/make-job.ts';
import { startS3 } from '../../storage/start-s3.ts';
import { openAudited, PAST, told } from './open-audited.ts';

const KEYS = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };
const region = 'us-east-1';

/** An installation whose outputs are in S3. */
async function openWithS3() {
  const { endpoint, server } = await startS3('bucket');
  const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
  const s3 = new S3Client({ endpoint, forcePathStyle: true, region, credentials });
  onTestFinished(() => s3.destroy());
  const here = await openAudited({ S3_ENDPOINT: endpoint, AWS_REGION: region, ...KEYS });
  const put = async (key: string, jobId: string, body = '12345') => {
    const Metadata = ownershipMetadata({ jobId, attempt: 1 });
    await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: key, Body: body, Metadata }));
  };
  return { ...here, s3, put, server };
}

it('says which output is missing, of another job, or of another size', async () => {
  const here = await openWithS3();
  await here.finished('well', { destPath: 's3://bucket/well.mp4' });
  await here.put('well.mp4', 'well');
  await here.finished('gone', { destPath: 's3://bucket/gone.mp4' });
  await here.finished('foreign', { destPath: 's3://bucket/foreign.mp4' });
  await here.put('foreign.mp4', 'stranger');
  await here.finished('short', { destPath: 's3://bucket/short.mp4' });
  await here.put('short.mp4', 'short', '123');
  const result = await here.audit();
  expect(told(result).toSorted()).toEqual([
    '✗ job foreign: what is at s3://bucket/foreign.mp4 is of job stranger',
    '✗ job gone: is FINISHED, and there is nothing at s3://bucket/gone.mp4\n' +
      '  → That is all right if somebody has taken it away since.',
    '✗ job short: what is at s3://bucket/short.mp4 has 3 B (3 bytes), and was 5 B (5 bytes)',
  ]);
  expect(renderAuditResult(result, { width: 80, paint: unpainted })).toBe(
    '✗ 4 jobs, 4 outputs, 0 nodes looked at: 3 things wrong',
  );
});

it('says which uploads of ended jobs are still open, and leaves those of others alone', async () => {
  const here = await openWithS3();
  await here.finished('ended', { destPath: 's3://bucket/ended.mp4' });
  await here.put('ended.mp4', 'ended');
  const timings = [
    { state: 'PENDING', attempt: 0, at: PAST },
    { state: 'DOWNLOADING', attempt: 1, at: PAST },
    { state: 'ENCODING', attempt: 1, at: PAST },
    { state: 'UPLOADING', attempt: 1, at: PAST },
  ] as const;
  const lease = { nodeId: 'node-1', until: Date.now() + 60_000 };
  const working = { jobState: 'UPLOADING', attempt: 1, version: 4, queued: true } as const;
  await here.store.create(
    makeJob({
      ...working,
      uniqueId: 'working',
      destPath: 's3://bucket/working.mp4',
      timings,
      lease,
    }),
  );
  for (const Key of ['ended.mp4', 'working.mp4', 'of-somebody-else.mp4']) {
    await here.s3.send(new CreateMultipartUploadCommand({ Bucket: 'bucket', Key }));
  }
  expect(told(await here.audit()).filter((text) => text.includes('upload'))).toEqual([
    expect.stringMatching(
      /^✗ upload \S+ to s3:\/\/bucket\/ended\.mp4: was left by a job that has ended\n {2}→ Abort it; a lifecycle rule of the bucket can do that by itself\.$/,
    ),
  ]);
});

it('says so where it could not look, and that this is not the same as well', async () => {
  const here = await openWithS3();
  await here.finished('a', { destPath: 's3://bucket/a.mp4' });
  await here.finished('b', { destPath: 's3://bucket/b.mp4' });
  await here.server.stop();
  const result = await here.audit();
  expect(result).toMatchObject({
    outputs: 0,
    findings: [{ check: 'output', severity: 'unknown' }],
  });
  expect(told(result)).toEqual([expect.stringMatching(/^\? 2 outputs: could not be looked at: /)]);
  expect(renderAuditResult(result, { width: 80, paint: unpainted })).toBe(
    '? 2 jobs, 0 outputs, 0 nodes looked at: nothing is wrong, as far as could be seen',
  );
});

it('names the destination where that is what it may not look at', async () => {
  const here = await openAudited();
  await here.finished('out', { destPath: 'file:///elsewhere/out.mp4' });
  expect(told(await here.audit())).toEqual([
    '? 1 output: could not be looked at: dest_path is outside FILE_ROOTS; received "file:///elsewhere/out.mp4"',
  ]);
});

it('says which notifications a job has lost', async () => {
  const here = await openAudited();
  const delivered = (sequence: number) => ({
    id: `${sequence}`,
    sequence,
    event: 'state' as const,
    jobState: 'PENDING' as const,
    outcome: 'delivered' as const,
    tries: 1,
    createdAt: PAST,
    at: PAST,
    lastTryAt: PAST,
    lastStatus: 200,
    lastError: null,
  });
  await here.finished('a', {
    notificationCount: 4,
    deliveries: [delivered(1), delivered(3)],
  });
  expect(told(await here.audit())).toEqual(['✗ job a: has lost notification 2, 4 of 4']);
});

it('says who died with a job that nobody took over', async () => {
  const here = await openAudited();
  const timings = [
    { state: 'PENDING', attempt: 0, at: PAST },
    { state: 'DOWNLOADING', attempt: 1, at: PAST },
  ] as const;
  const held = { jobState: 'DOWNLOADING', attempt: 1, version: 2, queued: true, timings } as const;
  const lease = { nodeId: 'node-1', until: PAST };
  await here.store.create(makeJob({ ...held, uniqueId: 'orphan', lease }, PAST));
  expect(told(await here.audit())).toContainEqual(
    expect.stringMatching(
      /^✗ job orphan: is DOWNLOADING, and node node-1 has not been heard of for 1 h 0 min\n {2}→ feederd sees to that/,
    ),
  );
});

it('says what parts and work directories are left', async () => {
  const here = await openAudited();
  await here.finished('a');
  const part = join(here.media.path, '.media-nommer.a.0123456789ab.1.part');
  await writeFile(part, '');
  const work = join(here.dataDir, `work/${pidNamespace()}-999999999-boot:1`);
  await mkdir(work, { recursive: true });
  expect(told(await here.audit())).toEqual([
    `✗ ${part}: was left by job a, which is FINISHED\n  → Delete it.`,
    `✗ ${work}: was left by a node that died\n  → The next node that starts on this machine removes it.`,
  ]);
});

it('says that no feederd leads: neither one here nor one elsewhere that is silent', async () => {
  const here = await openAudited();
  await here.store.create(makeJob({ uniqueId: 'a', queued: false }, Date.now()));
  await here.store.create(makeJob({ uniqueId: 'b', queued: false }, Date.now()));
  const nobody = ['✗ feederd: none runs, with 2 unfinished jobs to see to\n  → Start it.'];
  const leadBy = (holder: string, renew: number) => {
    let term = 1;
    return { leadership: { read: async () => ({ holder, term: (term += renew) }) } };
  };
  expect(told(await here.audit())).toEqual(nobody);
  const gone = ownIdentity().replace(/ \d+ /, ' 999999999 ');
  expect(told(await here.audit(leadBy(gone, 1)))).toEqual(nobody);
  expect(told(await here.audit(leadBy('elsewhere 1 1', 0)))).toEqual(nobody);
  expect(told(await here.audit(leadBy('elsewhere 1 1', 1)))).toEqual([]);
});

it('tells of what was seen twice, not of something else seen once', async () => {
  const one = (found: string) => problem('states', 'job a', found);
  expect(isSame(one('waits for 59.9 s'), one('waits for 1 min 1 s'))).toBe(true);
  expect(isSame(one('waits for 1 h 0 min'), one('waits for 60 min 3 s'))).toBe(true);
  expect(isSame(one('in attempt 2'), one('in attempt 3'))).toBe(false);

  const here = await openAudited();
  const job = await here.finished('a', { failures: 9, attempt: 1 });
  here.meanwhile(async () => {
    // What was wrong is well now; something else, as many things as before, is wrong.
    const patch = { failures: 0, result: null, version: job.version + 1 };
    await here.store.replace({ ...job, ...patch }, job.version);
  });
  expect(told(await here.audit())).toEqual([]);
});
