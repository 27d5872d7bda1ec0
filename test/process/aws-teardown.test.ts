import { once } from 'node:events';
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
  await sqs.send(new CreateQueueCommand({ QueueName: 'media_nommer_jstate_dead' }));
  account.things.set('role media_nommer_nommer', { tag: ['media-nommer', 'another'] });
  await here.mediaNommer(['setup']);

  const plan = await teardown('--dry-run');
  expect(plan).toEqual(
    expect.arrayContaining([
      'role media_nommer_nommer leave',
      'queue media_nommer_jstate_dead leave',
      'image ami-1 leave',
    ]),
  );
  expect(await teardown('--dry-run')).toEqual(plan);
  const own = plan.filter((each) => each.endsWith(' delete'));
  expect(own).toEqual(
    expect.arrayContaining([
      'instance profile media_nommer_nommer delete',
      'security group media_nommer delete',
      'queue media_nommer delete',
      'queue media_nommer_jstate delete',
      'table media_nommer delete',
      'table media_nommer_ec2nommer_state delete',
    ]),
  );
  expect(await teardown('--yes', 'media_nommer')).toEqual(
    own.map((each) => each.replace(/delete$/u, 'deleted')),
  );
  expect([...account.things.keys()]).toEqual(['role media_nommer_nommer']);
  expect(await teardown('--dry-run')).toEqual(
    plan.map((each) => each.replace(/ delete$/u, ' gone')),
  );
});

it('asks for the name, and deletes nothing without it', { timeout: 60_000 }, async () => {
  const { here, teardown } = await begin();
  await here.mediaNommer(['setup']);
  const plan = await teardown('--dry-run');
  await expect(teardown('--yes', 'another')).rejects.toMatchObject({ code: 2 });
  await expect(teardown()).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/nothing was deleted; --yes media_nommer deletes/u) as string,
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
  const steps = await teardown('--yes', 'media_nommer');
  // EC2 goes on showing it for a while.
  expect(steps.filter((each) => each.startsWith('instance '))).toEqual([
    `instance ${own?.id} deleted`,
  ]);
  expect(own?.state).toBe('terminated');
  expect(other?.state).not.toBe('terminated');
});

it(
  'fails when it could look at nothing, and does not say that nothing is there',
  { timeout: 60_000 },
  async () => {
    const nobody = 'http://127.0.0.1:1';
    const { here } = await begin({
      DYNAMODB_ENDPOINT: nobody,
      SQS_ENDPOINT: nobody,
      S3_ENDPOINT: nobody,
    });
    const ran = await here
      .mediaNommer(['teardown', '--dry-run'])
      .catch((thrown: unknown) => thrown);
    expect(ran).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        /! unknown +table +media_nommer\n +→ .*DYNAMODB_ENDPOINT is/u,
      ) as string,
      stderr: expect.stringMatching(
        /\n! Nothing would be deleted: AWS did not tell of 7 things\.\n$/u,
      ) as string,
    });
  },
);

it(
  'is refused while a feederd leads elsewhere, and by nothing else',
  { timeout: 60_000 },
  async () => {
    const { here, aws, teardown } = await begin();
    await here.mediaNommer(['setup']);
    const elsewhere = await Installation.create({
      ...aws.env,
      FEEDERD_ALLOW_EC2_LAUNCHES: 'false',
    });
    onTestFinished(() => elsewhere.destroy());
    const feederd = await elsewhere.startFeederd();
    await expect(teardown('--yes', 'media_nommer')).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        /feederd runs as .*, not here: it would launch new instances/u,
      ) as string,
    });
    const ended = once(feederd, 'exit');
    feederd.kill('SIGTERM');
    await ended;
    expect(await teardown('--yes', 'media_nommer')).toContain('table media_nommer deleted');
  },
);

it('says what is about to be lost', { timeout: 60_000 }, async () => {
  const { here, clients } = await begin();
  await here.mediaNommer(['setup']);
  await (
    await clients.ec2()
  ).send(
    new RunInstancesCommand({
      ImageId: 'ami-1',
      MinCount: 1,
      MaxCount: 1,
      TagSpecifications: [
        { ResourceType: 'instance', Tags: [{ Key: 'media-nommer', Value: 'media_nommer' }] },
      ],
    }),
  );
  await expect(here.mediaNommer(['teardown'])).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /media_nommer on http:\S+, us-east-1, account \d+ is about to lose, for good: 1 running instance, 7 things, no jobs\./u,
    ) as string,
  });
});
