import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../../src/aws/setup/read-policy.ts';
import { isAllowed, type Call, type Target } from './is-allowed.ts';

const VALUES = {
  PARTITION: 'aws',
  REGION: 'eu-central-1',
  ACCOUNT: '111122223333',
  JOB_TABLE: 'jobs',
  NODE_TABLE: 'nodes',
  NEW_JOB_QUEUE: 'new',
  STATE_CHANGE_QUEUE: 'changes',
  CONFIG_BUCKET: 'settings',
  NOMMER_ROLE: 'nommer',
  MEDIA_BUCKETS: ['media', 'outputs'],
  SECURITY_GROUPS: ['sg-1', 'sg-2'],
};

const regional = (service: string, rest: string) =>
  `arn:aws:${service}:eu-central-1:111122223333:${rest}`;
const table = (name: string) => ({ arn: regional('dynamodb', `table/${name}`) });
const queue = (name: string) => ({ arn: regional('sqs', name) });
const object = (path: string) => ({ arn: `arn:aws:s3:::${path}` });
const role = (name: string, service = 'ec2.amazonaws.com') => ({
  arn: `arn:aws:iam::111122223333:role/${name}`,
  context: { 'iam:PassedToService': service },
});
const ec2 = (rest: string, context: Target['context'] = {}) => ({
  arn: regional('ec2', rest),
  context,
});
const item = (key: string) => ({ ...table('nodes'), context: { 'dynamodb:LeadingKeys': [key] } });
const described: Target = { arn: '*' };

const TAG = { 'aws:RequestTag/media-nommer': 'jobs' };
const IMDS_V2 = { 'ec2:MetadataHttpTokens': 'required' };
const LAUNCHED = { 'ec2:CreateAction': 'RunInstances' };
const OWN = { 'ec2:ResourceTag/media-nommer': 'jobs' };
const launch = (
  instance: Target['context'],
  volume: Target['context'] = TAG,
  { owner = '111122223333', group = 'sg-1' } = {},
) => [
  ec2('instance/*', instance),
  ec2('volume/*', volume),
  { arn: 'arn:aws:ec2:eu-central-1::image/ami-1', context: { 'ec2:Owner': owner } },
  ec2('network-interface/*'),
  ec2(`security-group/${group}`),
  ec2('subnet/subnet-1'),
];

type Row = readonly [action: string, ...on: Target[]];

const FEEDERD_MAY: readonly Row[] = [
  ['dynamodb:PutItem', table('jobs')],
  ['dynamodb:Query', table('jobs/index/open')],
  ['dynamodb:BatchGetItem', table('jobs')],
  ['dynamodb:UpdateItem', table('jobs')],
  ['dynamodb:Scan', table('nodes')],
  ['dynamodb:PutItem', item('#launches')],
  ['sqs:SendMessage', queue('new')],
  ['sqs:GetQueueAttributes', queue('new')],
  ['sqs:ReceiveMessage', queue('changes')],
  ['sqs:DeleteMessage', queue('changes')],
  ['s3:PutObject', object('settings/nomconf.json')],
  ['ec2:DescribeInstances', described],
  ['ec2:DescribeSubnets', described],
  ['ec2:DescribeSecurityGroups', described],
  ['ec2:RunInstances', ...launch({ ...TAG, ...IMDS_V2 })],
  ['ec2:CreateTags', ec2('instance/i-1', { ...TAG, ...LAUNCHED })],
  ['ec2:CreateTags', ec2('volume/vol-1', { ...TAG, ...LAUNCHED })],
  ['ec2:TerminateInstances', ec2('instance/i-1', OWN)],
  ['iam:PassRole', role('nommer')],
];

const FEEDERD_MAY_NOT: readonly Row[] = [
  ['ec2:RunInstances', ...launch(IMDS_V2)],
  ['ec2:RunInstances', ...launch({ ...TAG, 'ec2:MetadataHttpTokens': 'optional' })],
  ['ec2:RunInstances', ...launch({ ...IMDS_V2, 'aws:RequestTag/media-nommer': 'others' })],
  ['ec2:RunInstances', ...launch({ ...TAG, ...IMDS_V2 }, {})],
  ['ec2:RunInstances', ...launch({ ...TAG, ...IMDS_V2 }, TAG, { owner: 'amazon' })],
  ['ec2:RunInstances', ...launch({ ...TAG, ...IMDS_V2 }, TAG, { group: 'sg-9' })],
  ['ec2:CreateTags', ec2('instance/i-1', TAG)],
  ['ec2:CreateTags', ec2('instance/i-1', LAUNCHED)],
  ['ec2:TerminateInstances', ec2('instance/i-1')],
  ['ec2:TerminateInstances', ec2('instance/i-1', { 'ec2:ResourceTag/media-nommer': 'others' })],
  ['ec2:StopInstances', ec2('instance/i-1', OWN)],
  ['ec2:AuthorizeSecurityGroupIngress', ec2('security-group/sg-1')],
  ['iam:PassRole', role('admin')],
  ['iam:PassRole', role('nommer', 'lambda.amazonaws.com')],
  ['iam:CreateRole', role('nommer')],
  ['iam:CreateServiceLinkedRole', role('aws-service-role/spot.amazonaws.com/x')],
  ['dynamodb:DeleteTable', table('jobs')],
  ['dynamodb:DeleteItem', table('jobs')],
  ['dynamodb:PutItem', table('jobs2')],
  ['sqs:PurgeQueue', queue('new')],
  ['sqs:SendMessage', queue('new2')],
  ['s3:PutObject', object('settings/other.json')],
  ['s3:GetObject', object('media/in.mov')],
];

const NOMMER_MAY: readonly Row[] = [
  ['dynamodb:GetItem', table('jobs')],
  ['dynamodb:PutItem', table('jobs')],
  ['dynamodb:PutItem', item('i-1')],
  ['dynamodb:DeleteItem', item('i-1')],
  ['sqs:ReceiveMessage', queue('new')],
  ['sqs:ChangeMessageVisibility', queue('new')],
  ['sqs:DeleteMessage', queue('new')],
  ['sqs:SendMessage', queue('changes')],
  ['s3:GetObject', object('settings/nomconf.json')],
  ['s3:GetObject', object('media/in.mov')],
  ['s3:PutObject', object('outputs/a/b.mp4')],
  ['s3:AbortMultipartUpload', object('media/out.mp4')],
  ['s3:ListBucketMultipartUploads', object('media')],
  // Without these S3 answers 403 instead of 404 for what is not there.
  ['s3:ListBucket', object('media')],
  ['s3:ListBucket', object('settings')],
  ['s3:ListBucket', { ...object('settings'), context: { 's3:prefix': 'nomconf.json' } }],
];

const NOMMER_MAY_NOT: readonly Row[] = [
  ['ec2:DescribeInstances', described],
  ['ec2:RunInstances', ...launch({ ...TAG, ...IMDS_V2 })],
  ['ec2:TerminateInstances', ec2('instance/i-1', OWN)],
  ['ec2:CreateTags', ec2('instance/i-1', { ...TAG, ...LAUNCHED })],
  ['iam:PassRole', role('nommer')],
  ['sts:AssumeRole', role('admin')],
  ['dynamodb:PutItem', item('#launches')],
  ['dynamodb:DeleteItem', item('#launches')],
  ['dynamodb:DeleteItem', table('jobs')],
  ['dynamodb:Scan', table('jobs')],
  ['dynamodb:Scan', table('nodes')],
  ['sqs:SendMessage', queue('new')],
  ['sqs:ReceiveMessage', queue('changes')],
  ['sqs:PurgeQueue', queue('new')],
  ['s3:PutObject', object('settings/nomconf.json')],
  ['s3:GetObject', object('settings/other.json')],
  ['s3:ListBucket', { ...object('settings'), context: { 's3:prefix': 'other' } }],
  ['s3:ListBucket', object('others')],
  ['s3:DeleteObject', object('media/in.mov')],
  ['s3:GetObject', object('media2/in.mov')],
  ['s3:PutBucketPolicy', object('media')],
];

describe.each([
  { name: 'feederd-policy', may: FEEDERD_MAY, mayNot: FEEDERD_MAY_NOT },
  { name: 'nommer-policy', may: NOMMER_MAY, mayNot: NOMMER_MAY_NOT },
] as const)('$name', async ({ name, may, mayNot }) => {
  const policy = await readPolicy(name, VALUES);

  it.each(may.map(toCall))('allows $action on $on.0', (call) => {
    expect(isAllowed(policy, call)).toBe(true);
  });

  it.each(mayNot.map(toCall))('denies $action on $on.0', (call) => {
    expect(isAllowed(policy, call)).toBe(false);
  });

  it('leaves no placeholder, and gives no right to a whole service', () => {
    const text = JSON.stringify(policy);
    expect(text).not.toContain('${');
    for (const { Action } of policy.Statement) expect([Action].flat().join()).not.toContain('*');
  });
});

it('gives nodes no right to media while no bucket is named', async () => {
  const policy = await readPolicy('nommer-policy', { ...VALUES, MEDIA_BUCKETS: [] });
  expect(policy.Statement.filter(({ Sid }) => Sid.includes('Media'))).toEqual([]);
  const on = [object('settings/nomconf.json')];
  expect(isAllowed(policy, { action: 's3:GetObject', on })).toBe(true);
});

function toCall([action, ...on]: Row): Call {
  return { action, on };
}
