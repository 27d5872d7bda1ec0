import { describe, expect, it, onTestFinished } from 'vitest';
import { openAwsPlace } from '../../src/aws/open-aws-place.ts';
import type { Place } from '../../src/core/ports.ts';
import { openLocalPlace } from '../../src/local/open-local-place.ts';
import { awsSettings } from '../conformance/open-aws-tables.ts';
import { makeJob } from '../doubles/make-job.ts';
import { Installation } from './installation.ts';
import { startAws } from './start-aws.ts';

interface Begun {
  readonly here: Installation;
  readonly place: Place;
  /** The installation's name. */
  readonly name: string;
}

async function beginLocal(): Promise<Begun> {
  const here = await Installation.create();
  onTestFinished(() => here.destroy());
  const place = await openLocalPlace({ dataDir: here.path('data') });
  onTestFinished(() => place.close());
  return { here, place, name: 'data' };
}

async function beginAws(): Promise<Begun> {
  const aws = await startAws({});
  onTestFinished(() => aws.close());
  const here = await Installation.create({ ...aws.env });
  onTestFinished(() => here.destroy());
  await here.mediaNommer(['setup']);
  const place = openAwsPlace({
    ...awsSettings({
      dynamodbEndpoint: aws.env['DYNAMODB_ENDPOINT'],
      sqsEndpoint: aws.env['SQS_ENDPOINT'],
    }),
    jobStateTable: 'media_nommer',
    nommerStateTable: 'media_nommer_ec2nommer_state',
    newJobQueueName: 'media_nommer',
    jobStateChangeQueueName: 'media_nommer_jstate',
  });
  onTestFinished(() => place.close());
  return { here, place, name: 'media_nommer' };
}

async function fill({ store, newJobs, stateChanges }: Place): Promise<void> {
  await store.create(makeJob({ uniqueId: 'waits' }));
  await store.create(makeJob({ uniqueId: 'has-ended', jobState: 'FINISHED' }));
  await Promise.all([newJobs.send('waits'), stateChanges.send('waits')]);
}

describe.each([
  { where: 'on one machine', begin: beginLocal },
  { where: 'on AWS', begin: beginAws },
])('media-nommer wipe, $where', { timeout: 60_000 }, ({ begin }) => {
  it('deletes every job and message, and says how many were unfinished', async () => {
    const { here, place, name } = await begin();
    await fill(place);
    const text = await here.mediaNommer(['wipe', '--yes', name, '--json']);
    expect(JSON.parse(text)).toEqual({ wiped: 2, unfinished: 1 });
    expect((await place.store.recent({ limit: 10 })).jobs).toEqual([]);
    for (const queue of [place.newJobs, place.stateChanges]) {
      expect(await queue.depth()).toEqual({ waiting: 0, delayed: 0, inFlight: 0 });
    }
  });

  it('deletes nothing while nobody can be asked', async () => {
    const { here, place, name } = await begin();
    await fill(place);
    await expect(here.mediaNommer(['wipe', '--yes', 'another'])).rejects.toMatchObject({ code: 2 });
    await expect(here.mediaNommer(['wipe'])).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        new RegExp(`--yes ${name} deletes.*2 jobs \\(1 unfinished\\), 2 messages`, 'u'),
      ) as string,
    });
    expect((await place.store.recent({ limit: 10 })).jobs).toHaveLength(2);
  });

  it('asks nothing where there is nothing', async () => {
    const { here } = await begin();
    expect(await here.mediaNommer(['wipe', '--json'])).toBe('{"wiped":0,"unfinished":0}\n');
  });
});

it('is refused while feederd runs, unless forced', { timeout: 60_000 }, async () => {
  const { here, place } = await beginLocal();
  await here.startFeederd();
  await place.store.create(makeJob({ jobState: 'FINISHED' }));
  await expect(here.mediaNommer(['wipe', '--yes', 'data'])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('feederd runs at') as string,
  });
  expect((await place.store.recent({ limit: 10 })).jobs).toHaveLength(1);
  expect(await here.mediaNommer(['wipe', '--yes', 'data', '--force'])).toContain('Deleted: 1 job,');
});
