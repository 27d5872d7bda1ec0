import type { Settings } from '../../conf/settings.ts';
import { AwsClients, type AwsClientSettings } from '../aws-clients.ts';
import { INSTALLATION_TAG } from '../describe-nodes.ts';
import { jobTable, nodeStateTable } from '../table-definitions.ts';
import { bucketResource } from './bucket-resource.ts';
import { imageResource } from './image-resource.ts';
import { instanceResources } from './instance-resource.ts';
import { nommerRoleResources } from './nommer-role.ts';
import { queueResources } from './queue-resource.ts';
import type { OwnTag, Resource } from './resource.ts';
import { securityGroupResource } from './security-group-resource.ts';
import { tableResource } from './table-resource.ts';

export type SetupSettings = AwsClientSettings &
  Pick<
    Settings,
    | 'jobStateTable'
    | 'nommerStateTable'
    | 'newJobQueueName'
    | 'jobStateChangeQueueName'
    | 'configS3Bucket'
    | 'ec2AmiId'
    | 'ec2SecurityGroups'
    | 'ec2IamInstanceProfile'
  >;

export interface AwsResources {
  /** In the order in which they can be made; the other way round they can be deleted. */
  readonly resources: readonly Resource[];
  /** The instances that run: nothing that setup makes, but to be ended before the rest is deleted. */
  instances(): Promise<readonly Resource[]>;
  /** What a person has to know besides. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

const DEFAULT_PROFILE = 'media_nommer_nommer';

/** What an installation keeps on AWS. `close` when done. @param mediaBuckets for nodes to read and write */
export function openAwsResources(
  settings: SetupSettings,
  mediaBuckets: readonly string[] = [],
): AwsResources {
  const clients = new AwsClients(settings);
  const tag = { Key: INSTALLATION_TAG, Value: settings.jobStateTable };
  const { configS3Bucket, ec2AmiId, awsRegion: region } = settings;
  const groups = settings.ec2SecurityGroups.filter((group) => !group.startsWith('sg-'));
  const resources = [
    tableResource(clients, jobTable(settings.jobStateTable), tag),
    tableResource(clients, nodeStateTable(settings.nommerStateTable), tag),
    ...queueResources(clients, settings.newJobQueueName, tag),
    ...queueResources(clients, settings.jobStateChangeQueueName, tag),
    ...(configS3Bucket === undefined
      ? []
      : [bucketResource(clients, { name: configS3Bucket, region, tag })]),
    ...groups.map((name) => securityGroupResource(clients, name, tag)),
    ...(ec2AmiId === undefined ? [] : [imageResource(clients, ec2AmiId)]),
  ];
  const notes: string[] = [];
  // Another server's credentials are none of AWS's business.
  if (isElsewhere(settings)) {
    notes.push('Instance profile: left out, for IAM_ENDPOINT is not set and other endpoints are.');
  } else {
    resources.push(...roleResources(clients, { settings, tag, mediaBuckets }));
    if (settings.ec2IamInstanceProfile === undefined) {
      notes.push(
        `EC2_IAM_INSTANCE_PROFILE is not set. Set it to "${DEFAULT_PROFILE}", or nodes have no rights.`,
      );
    }
    if (mediaBuckets.length === 0) {
      notes.push('Rights to media stay as they are. --media-bucket NAME gives nodes a bucket.');
    }
  }
  return {
    resources,
    instances: () => instanceResources(clients, settings.jobStateTable),
    notes,
    close: () => clients.close(),
  };
}

function isElsewhere(settings: SetupSettings): boolean {
  const { iamEndpoint, ec2Endpoint, sqsEndpoint, dynamodbEndpoint } = settings;
  return (
    iamEndpoint === undefined &&
    [ec2Endpoint, sqsEndpoint, dynamodbEndpoint].some((endpoint) => endpoint !== undefined)
  );
}

function roleResources(
  clients: AwsClients,
  {
    settings,
    tag,
    mediaBuckets,
  }: { settings: SetupSettings; tag: OwnTag; mediaBuckets: readonly string[] },
): readonly Resource[] {
  const given = settings.ec2IamInstanceProfile ?? DEFAULT_PROFILE;
  return nommerRoleResources(clients, {
    name: given.slice(given.lastIndexOf('/') + 1),
    tag,
    values: {
      REGION: settings.awsRegion ?? '',
      JOB_TABLE: settings.jobStateTable,
      NODE_TABLE: settings.nommerStateTable,
      NEW_JOB_QUEUE: settings.newJobQueueName,
      STATE_CHANGE_QUEUE: settings.jobStateChangeQueueName,
      CONFIG_BUCKET: settings.configS3Bucket ?? '',
      MEDIA_BUCKETS: mediaBuckets,
    },
  });
}
