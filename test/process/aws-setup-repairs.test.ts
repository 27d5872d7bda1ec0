import { CreateTableCommand, DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { expect, it, onTestFinished } from 'vitest';
import { AwsClients } from '../../src/aws/aws-clients.ts';
import { nodeStateTable } from '../../src/aws/table-definitions.ts';
import { awsSettings } from '../conformance/open-aws-tables.ts';
import type { Thing } from '../doubles/start-account-server.ts';
import { all, beginWithAccount } from './begin-setup.ts';

/** As it is before setup. */
const NOTHING: Thing = { tag: ['', ''] };

it(
  'brings the rights of an old role up to date, and keeps its buckets',
  { timeout: 60_000 },
  async () => {
    const { account, run, setup } = await beginWithAccount();
    await setup('--media-bucket', 'inputs');
    const policy = () => account.things.get('role policy media_nommer_nommer') ?? NOTHING;
    const { content: whole = '', tag } = policy();
    const old = whole.replace(',"s3:AbortMultipartUpload"', '').replaceAll('_jstate', '_old');
    account.things.set('role policy media_nommer_nommer', { tag, content: old });
    const differs = expect.stringMatching(/other rights .*\(TellOfChanges, Media\)/u) as string;
    expect((await run('--dry-run')).steps).toContainEqual(
      expect.objectContaining({ kind: 'role policy', state: 'differs', detail: differs }),
    );
    expect((await run()).steps).toContainEqual({
      kind: 'role policy',
      name: 'media_nommer_nommer',
      state: 'changed',
      detail: 'media: inputs',
    });
    expect(policy().content).toBe(whole);
  },
);

it('uses the role that the given profile holds, by its path', { timeout: 60_000 }, async () => {
  const profile = 'arn:aws:iam::111122223333:instance-profile/team/nodes';
  const { account, here, setup } = await beginWithAccount({ EC2_IAM_INSTANCE_PROFILE: profile });
  account.things.set('instance profile nodes', { tag: ['x', 'y'], content: 'team-role' });
  account.things.set('role team-role', { tag: ['x', 'y'], path: '/team/' });
  expect((await setup()).slice(-3)).toEqual([
    'role team-role there',
    'role policy team-role there',
    'instance profile nodes there',
  ]);
  const policy = await here.mediaNommer(['setup', '--print-policy', 'feederd']);
  expect(policy).toContain('arn:aws:iam::111122223333:role/team/team-role');
  expect(policy).toContain(':security-group/media_nommer"');
  expect(policy).not.toContain('${');
});

it('makes the group in the VPC of the first subnet', { timeout: 60_000 }, async () => {
  const { account, setup } = await beginWithAccount({ EC2_SUBNETS: 'subnet-1,subnet-2' });
  await setup();
  expect(account.things.get('security group media_nommer')?.content).toBe('vpc-of-subnet-1');
  expect(await setup()).toEqual(all('there'));
});

it(
  'tells of a queue whose dead letters go nowhere, and of no table of another shape',
  { timeout: 60_000 },
  async () => {
    const { aws, run, setup } = await beginWithAccount();
    await setup();
    const clients = new AwsClients(
      awsSettings({
        sqsEndpoint: aws.env['SQS_ENDPOINT'],
        dynamodbEndpoint: aws.env['DYNAMODB_ENDPOINT'],
      }),
    );
    onTestFinished(() => clients.close());
    const sqs = await clients.sqs();
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'media_nommer' }));
    const redrive = async () => {
      const get = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedrivePolicy'] });
      return (await sqs.send(get)).Attributes?.['RedrivePolicy'] ?? '';
    };
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy: '' } }));
    expect(await redrive()).toBe('');
    expect(await setup()).toContain('queue media_nommer changed');
    expect(await redrive()).toContain('media_nommer_dead');

    const dynamodb = await clients.dynamodb();
    await dynamodb.send(new DeleteTableCommand({ TableName: 'media_nommer' }));
    await dynamodb.send(new CreateTableCommand({ ...nodeStateTable('media_nommer') }));
    const { code, steps } = await run();
    expect(code).toBe(1);
    expect(steps[0]).toMatchObject({
      state: 'differs',
      error: expect.stringMatching(
        /has the key "node_id", not "unique_id"; has no index "open"/u,
      ) as string,
    });
  },
);
