import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openInstallation } from '../../../../src/cli/audit/open-installation.ts';
import { encodeJobMessage } from '../../../../src/core/messages.ts';
import { pidNamespace } from '../../../../src/daemon/process-identity.ts';
import { makeJob } from '../../../doubles/make-job.ts';
import { parse } from '../../conf/try-settings.ts';
import { openWorkroom } from '../../storage/open-workroom.ts';
import { node, openAudited as open, PAST, told } from './open-audited.ts';

it('finds nothing wrong with an installation where all is well, and changes nothing in it', async () => {
  const here = await open();
  await here.finished('a');
  await here.finished('b');
  await here.nodeStates.report(node);
  const before = await here.media.names();
  expect(await here.audit()).toEqual({ findings: [], jobs: 2, outputs: 2, nodes: 1 });
  expect(await here.media.names()).toEqual(before);
  expect(await here.newJobs.depth()).toEqual({ waiting: 0, delayed: 0, inFlight: 0 });
});

it('does not make an installation where there is none', async () => {
  const { path } = await openWorkroom();
  const settings = parse({ DATA_DIR: join(path, 'data'), FILE_ROOTS: [path] });
  await expect(openInstallation(settings)).rejects.toMatchObject({
    code: 'BADINPUT',
    message: expect.stringContaining('no installation') as string,
  });
  expect(await readdir(path)).toEqual([]);
});

it('tells of an output that is gone, and of one that is another', async () => {
  const here = await open();
  const { media } = here;
  await here.finished('gone');
  await here.finished('other');
  await rm(join(media.path, 'gone.mp4'));
  await writeFile(join(media.path, 'other.mp4'), '123');
  const { findings } = await here.audit();
  expect(findings.toSorted((a, b) => (a.subject < b.subject ? -1 : 1))).toMatchObject([
    {
      check: 'output',
      severity: 'problem',
      subject: 'job gone',
      found: expect.stringContaining('nothing at') as string,
    },
    {
      check: 'output',
      severity: 'problem',
      subject: 'job other',
      found: expect.stringContaining('(3 bytes)') as string,
    },
  ]);
});

it('tells two jobs with the same destination apart from a wrong output', async () => {
  const here = await open();
  const early = await here.finished('early', { destPath: 'same.mp4' });
  const late = await here.finished('late', {
    destPath: 'same.mp4',
    timings: early.timings.map((each) => ({ ...each, at: each.at + 1000 })),
  });
  await writeFile(join(here.media.path, 'same.mp4'), '1234567');
  const outputs = late.result?.outputs.map((each) => ({ ...each, size: 7 })) ?? [];
  await here.store.replace({ ...late, version: 6, result: { source: null, outputs } }, 5);
  expect((await here.audit()).findings).toMatchObject([
    {
      severity: 'warning',
      subject: 'job early',
      found: expect.stringContaining('job late') as string,
    },
  ]);
});

it('does not tell of what is well at the second look', async () => {
  const here = await open();
  await here.finished('a');
  const file = join(here.media.path, 'a.mp4');
  await rm(file);
  here.meanwhile(() => writeFile(file, '12345'));
  // And counts what it has looked at twice once.
  expect(await here.audit()).toMatchObject({ findings: [], outputs: 1 });
});

it('tells of what dead attempts and dead nodes have left', async () => {
  const here = await open();
  const { media, dataDir, store } = here;
  await here.finished('a');
  const part = (job: string) => join(media.path, `.media-nommer.${job}.0123456789ab.1.part`);
  await store.create(makeJob({ uniqueId: 'b' }));
  await Promise.all(['a', 'b', 'unknown'].map((job) => writeFile(part(job), '')));
  const work = join(dataDir, `work/${pidNamespace()}-999999999-boot:1`);
  await mkdir(work, { recursive: true });
  const { findings } = await here.audit();
  const leftovers = findings.filter(({ check }) => check === 'leftover');
  expect(leftovers.map(({ subject }) => subject).toSorted()).toEqual(
    [part('a'), part('unknown'), work].toSorted(),
  );
});

it('tells of jobs that nobody will ever work on, and of long waits whatever the queue holds', async () => {
  const here = await open();
  await here.store.create(makeJob({ uniqueId: 'forgotten', queued: true }, PAST));
  expect(told(await here.audit())).toEqual([
    expect.stringMatching(
      /^✗ job forgotten: has waited for 1 h 0 min, and the queue holds 0 messages for 1 job\n {2}→ feederd sends it again/,
    ),
    expect.stringMatching(
      /^! waiting jobs: job forgotten has waited for 1 h 0 min, with no node\n {2}→ feederd launches nodes/,
    ),
    '✗ feederd: none runs, with 1 unfinished job to see to\n  → Start it.',
  ]);
  // With its message, there is nothing wrong with the queue.
  await here.newJobs.send(encodeJobMessage('forgotten'));
  const checks = (await here.audit()).findings.map(({ check }) => check);
  expect(checks).toEqual(['nodes', 'feederd']);
});

it('tells of a job without a message that a message of another one hides', async () => {
  const here = await open();
  const now = Date.now();
  await here.store.create(makeJob({ uniqueId: 'forgotten', queued: true }, now - 300_000));
  await here.store.create(makeJob({ uniqueId: 'young', queued: true }, now));
  for (const id of ['done', 'young']) await here.newJobs.send(encodeJobMessage(id));
  const queueFindings = async () =>
    told(await here.audit()).filter((text) => text.includes('waited'));
  await here.nodeStates.report({ ...node, reportedAt: now });
  // As long as there is a message to take, that may be the job's.
  expect(await queueFindings()).toEqual([]);
  await here.newJobs.receive({ max: 2, waitSeconds: 0, visibilitySeconds: 100 });
  expect(await queueFindings()).toEqual([
    expect.stringMatching(
      /^✗ job forgotten: has waited for 5 min \d s, and node node-1 has a free slot/,
    ),
  ]);
  // Where no slot is free, nobody would take it anyway.
  await here.nodeStates.report({ ...node, reportedAt: now, slots: 0 });
  expect(await queueFindings()).toEqual([]);
});

it('tells of a job that is missing in the list of those that need attention', async () => {
  const here = await open();
  const job = makeJob({ uniqueId: 'hidden', queued: true }, Date.now());
  await here.finished('a');
  // What a store with a broken index does.
  const finished = { ...job, jobState: 'FINISHED' as const };
  await here.store.create(finished);
  await new Promise((resolve) => setTimeout(resolve, 1));
  const database = new DatabaseSync(join(here.dataDir, 'media-nommer.sqlite'));
  database
    .prepare('UPDATE jobs SET body = ? WHERE unique_id = ?')
    .run(JSON.stringify(job), 'hidden');
  database.close();
  expect((await here.audit()).findings).toMatchObject([
    { check: 'list', subject: 'job hidden', severity: 'problem' },
  ]);
});

it('tells of a node that works on what it has not', async () => {
  const here = await open();
  await here.finished('a');
  const activeJobs = [
    { uniqueId: 'a', attempt: 1 },
    { uniqueId: 'none', attempt: 1 },
  ];
  await here.nodeStates.report({ ...node, activeJobs });
  const { findings } = await here.audit();
  expect(findings).toMatchObject([
    {
      subject: 'node node-1',
      found: expect.stringMatching(/job a, attempt 1, which nobody has/) as string,
    },
    {
      subject: 'node node-1',
      found: expect.stringMatching(/job none, which is not known/) as string,
    },
  ]);
});

it('tells of a node with more jobs than slots', async () => {
  const here = await open();
  const now = Date.now();
  await here.nodeStates.report(node);
  const timings = [
    { state: 'PENDING', attempt: 0, at: now },
    { state: 'DOWNLOADING', attempt: 1, at: now },
  ] as const;
  const lease = { nodeId: 'node-1', until: now + 60_000 };
  for (const uniqueId of ['a', 'b']) {
    await here.store.create(
      makeJob(
        { uniqueId, jobState: 'DOWNLOADING', attempt: 1, version: 2, queued: true, lease, timings },
        now,
      ),
    );
  }
  const { findings } = await here.audit();
  expect(findings.map(({ found }) => found)).toContain('has 2 jobs at a time in 1 slot');
});
