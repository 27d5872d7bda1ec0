import type { Settings } from '../../conf/settings.ts';
import type { Seen } from './look-at.ts';
import { DEFAULT_PROFILE } from './node-identity.ts';
import type { PolicyValues } from './read-policy.ts';
import type { Resource } from './resource.ts';

type NamedThings = Pick<
  Settings,
  | 'awsRegion'
  | 'jobStateTable'
  | 'nommerStateTable'
  | 'newJobQueueName'
  | 'jobStateChangeQueueName'
  | 'configS3Bucket'
  | 'ec2SecurityGroups'
>;

/** What the settings say of an installation; the placeholder stays of what only AWS can tell. */
export function policyValues(settings: NamedThings): PolicyValues {
  return {
    PARTITION: 'aws',
    ACCOUNT: '${ACCOUNT}',
    REGION: settings.awsRegion ?? '',
    JOB_TABLE: settings.jobStateTable,
    NODE_TABLE: settings.nommerStateTable,
    NEW_JOB_QUEUE: settings.newJobQueueName,
    STATE_CHANGE_QUEUE: settings.jobStateChangeQueueName,
    CONFIG_BUCKET: settings.configS3Bucket ?? '',
    NOMMER_ROLE: DEFAULT_PROFILE,
    MEDIA_BUCKETS: [],
    SECURITY_GROUPS: ['*'],
  };
}

/** What the ARN of the nodes' role tells; a path before its name is part of what policies have to name. */
export function ofRole(arn: string) {
  const [, , NOMMER_ROLE = ''] = /^(.*?):role\/(.+)$/u.exec(arn) ?? [];
  return { ...ofAccount(arn), NOMMER_ROLE };
}

/** What the looks have told of an installation. */
export function seenValues(
  looks: ReadonlyMap<Resource, Seen>,
  { settings, mediaBuckets }: { settings: NamedThings; mediaBuckets: readonly string[] },
): Partial<PolicyValues> {
  const seen = [...looks].flatMap(([{ kind, name }, look]) =>
    'isOwn' in look ? [{ kind, name, ...look }] : [],
  );
  const arn = seen.map((each) => each.arn).find((each) => each !== undefined && hasAccount(each));
  const roleArn = seen.find(({ kind }) => kind === 'role')?.arn;
  const buckets = seen.find(({ kind }) => kind === 'role policy')?.names ?? [];
  const groups = settings.ec2SecurityGroups.map((group) =>
    group.startsWith('sg-')
      ? group
      : seen.find(({ kind, name }) => kind === 'security group' && name === group)?.names?.[0],
  );
  // A group that is not known yet must not be left out.
  const groupIds = groups.filter((id) => id !== undefined);
  const areKnown = groups.length > 0 && groupIds.length === groups.length;
  return {
    ...(arn !== undefined && ofAccount(arn)),
    ...(roleArn !== undefined && ofRole(roleArn)),
    ...(areKnown && { SECURITY_GROUPS: groupIds }),
    MEDIA_BUCKETS: [...new Set([...buckets, ...mediaBuckets])].toSorted(),
  };
}

function ofAccount(arn: string) {
  const [, PARTITION = '', , , ACCOUNT = ''] = arn.split(':');
  return { PARTITION, ACCOUNT };
}

function hasAccount(arn: string): boolean {
  return /^arn:[\w-]+:\w+:[\w-]*:\d+:/u.test(arn);
}
