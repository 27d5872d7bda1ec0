import { GetItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { GetQueueAttributesCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import type { Settings } from '../../conf/settings.ts';
import type { AwsClients } from '../aws-clients.ts';
import { tryLaunch, type LaunchProbeSettings } from './launch-probe.ts';
import { JOB_INDEXES, RESERVED_KEY_PREFIX } from '../table-definitions.ts';
import type { ResourceKind } from './resource.ts';

/** One call that feederd makes, in a way that changes nothing. */
export interface Probe {
  /** As IAM spells it. */
  readonly action: string;
  readonly kind: ResourceKind;
  readonly name: string;
  /** Rejects with what AWS says. */
  call(): Promise<unknown>;
}

/** What feederd needs as well, and cannot be tried: it would change something. */
export const NOT_TRIED: readonly string[] = [
  's3:PutObject',
  'dynamodb:PutItem',
  'sqs:SendMessage',
  'sqs:ReceiveMessage',
  'ec2:TerminateInstances',
];

type ProbeSettings = LaunchProbeSettings &
  Pick<Settings, 'nommerStateTable' | 'newJobQueueName' | 'jobStateChangeQueueName'>;

const NOTHING = `${RESERVED_KEY_PREFIX}doctor`;

/** What feederd may do is best known by doing it. */
export function feederdProbes(clients: AwsClients, settings: ProbeSettings): readonly Probe[] {
  const { jobStateTable, nommerStateTable, newJobQueueName, jobStateChangeQueueName } = settings;
  const jobs = { kind: 'table', name: jobStateTable } as const;
  const url = async (QueueName: string) =>
    (await (await clients.sqs()).send(new GetQueueUrlCommand({ QueueName }))).QueueUrl;
  return [
    {
      ...jobs,
      action: 'dynamodb:GetItem',
      async call() {
        const Key = { unique_id: { S: NOTHING } };
        const get = new GetItemCommand({ TableName: jobStateTable, Key });
        await (await clients.dynamodb()).send(get);
      },
    },
    {
      ...jobs,
      action: 'dynamodb:Query',
      async call() {
        const { name, hash } = JOB_INDEXES.open;
        const query = new QueryCommand({
          TableName: jobStateTable,
          IndexName: name,
          KeyConditionExpression: '#hash = :nothing',
          ExpressionAttributeNames: { '#hash': hash },
          ExpressionAttributeValues: { ':nothing': { S: NOTHING } },
          Limit: 1,
        });
        await (await clients.dynamodb()).send(query);
      },
    },
    {
      kind: 'table',
      name: nommerStateTable,
      action: 'dynamodb:Scan',
      async call() {
        const scan = new ScanCommand({ TableName: nommerStateTable, Limit: 1 });
        await (await clients.dynamodb()).send(scan);
      },
    },
    {
      kind: 'queue',
      name: newJobQueueName,
      action: 'sqs:GetQueueAttributes',
      async call() {
        const get = new GetQueueAttributesCommand({
          QueueUrl: await url(newJobQueueName),
          AttributeNames: ['ApproximateNumberOfMessages'],
        });
        await (await clients.sqs()).send(get);
      },
    },
    {
      kind: 'queue',
      name: jobStateChangeQueueName,
      action: 'sqs:GetQueueUrl',
      call: () => url(jobStateChangeQueueName),
    },
    {
      kind: 'instance',
      name: 'all',
      action: 'ec2:DescribeInstances',
      async call() {
        await (await clients.ec2()).send(new DescribeInstancesCommand({ MaxResults: 5 }));
      },
    },
    { kind: 'instance', name: 'new', action: 'ec2:RunInstances', call: () => tryLaunch(settings) },
  ];
}
