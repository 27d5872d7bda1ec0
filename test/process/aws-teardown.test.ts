import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { RunInstancesCommand } from '@aws-sdk/client-ec2';
import { expect, it, onTestFinished } from 'vitest';
import { AwsClients } from '../../src/aws/aws-clients.ts';
import { awsSettings } from '../conformance/open-aws-tables.ts';
import { startAccountServer } from '../doubles/start-account-server.ts';
import { Installation } from './installation.ts';
import { startAws } from './start-aws.ts';

async function begin(env: Record<string, string> = {}) {
  const aws = await startAws({});
  const here = await Installation.create({ ...aws.env, ...env });
  const clients = new AwsClients(
    awsSettings({ sqsEndpoint: aws.env['SQS_ENDPOINT'], ec2Endpoint: aws.ec2.endpoint }),
  );
  onTestFinished(async () => {
    await here.destroy();
    await clients.close();
    await aws.close();
  });
  const teardown = async (...args: string[]) => {
    const text = await here.mediaNommer(['teardown', '--json', ...args]);
    const steps = text
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, string>);
    return steps.map(({ kind, name, state }) => `${kind} ${name} ${state}`);
  };
  return { aws, here, clients, teardown };
}

it('deletes what setup made and nothing else', { timeout: 60_000 }, async () => {
  const account = await startAccountServer();
  onTestFinished(() => account.close());
  const { here, clients, teardown } = await begin(account.env);
  const sqs = await clients.sqs();
  await sqs.send(new CreateQueueCommand({ QueueName: 'media_nommer_jstate' }));
  account.things.set('role media_nommer_nommer', { tag: ['media-nommer', 'another'] });
  await here.mediaNommer(['setup']);

  const plan = await teardown('--dry-run');
  expect(plan).toEqual(
    expect.arrayContaining([
      'role media_nommer_nommer foreign',
      'queue media_nommer_jstate foreign',
      'image ami-1 foreign',
    ]),
  );
  expect(await teardown('--dry-run')).toEqual(plan);
  const own = plan.filter((each) => each.endsWith(' own'));
  expect(own).toEqual(
    expect.arrayContaining([
      'instance profile media_nommer_nommer own',
      'security group media_nommer own',
      'queue media_nommer own',
      'queue media_nommer_jstate_dead own',
      'table media_nommer own',
      'table media_nommer_ec2nommer_state own',
    ]),
  );
  expect(await teardown('--yes', 'media_nommer')).toEqual(
    own.map((each) => each.replace(/own$/u, 'deleted')),
  );
  expect([...account.things.keys()]).toEqual(['role media_nommer_nommer']);
  expect(await teardown('--dry-run')).toEqual(
    plan.map((each) => each.replace(/ own$/u, ' missing')),
  );
});

it('asks for the name, and deletes nothing without it', { timeout: 60_000 }, async () => {
  const { here, teardown } = await begin();
  await here.mediaNommer(['setup']);
  const plan = await teardown('--dry-run');
  await expect(teardown('--yes', 'another')).rejects.toMatchObject({ code: 2 });
  await expect(teardown()).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--yes media_nommer') as string,
  });
  expect(await teardown('--dry-run')).toEqual(plan);
});

it("ends the installation's instances, and no others", { timeout: 60_000 }, async () => {
  const { aws, clients, teardown } = await begin();
  const ec2 = await clients.ec2();
  for (const Value of ['media_nommer', 'another']) {
    await ec2.send(
      new RunInstancesCommand({
        ImageId: 'ami-1',
        MinCount: 1,
        MaxCount: 1,
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'media-nommer', Value }] }],
      }),
    );
  }
  const [own, other] = aws.ec2.instances;
  await teardown('--yes', 'media_nommer');
  expect(own?.state).toBe('terminated');
  expect(other?.state).not.toBe('terminated');
});
