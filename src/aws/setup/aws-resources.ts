import type { Settings } from '../../conf/settings.ts';
import type { NommerError } from '../../core/errors.ts';
import { AwsClients } from '../aws-clients.ts';
import { INSTALLATION_TAG } from '../describe-nodes.ts';
import { jobTable, nodeStateTable } from '../table-definitions.ts';
import { bucketResource } from './bucket-resource.ts';
import { feederdProbes, NOT_TRIED, type Probe } from './feederd-probes.ts';
import { IamCalls } from './iam-calls.ts';
import { imageResource } from './image-resource.ts';
import { explainLine, lookAt, type Seen } from './look-at.ts';
import { instanceResources } from './instance-resource.ts';
import { DEFAULT_PROFILE, findNodeIdentity } from './node-identity.ts';
import { queueResources } from './queue-resource.ts';
import type { LaunchProbeSettings } from './launch-probe.ts';
import { ofRole, policyValues, seenValues } from './policy-values.ts';
import { readPolicy, type Policy, type PolicyName } from './read-policy.ts';
import type { Resource, SetupTools } from './resource.ts';
import { rolePolicyResource } from './role-policy-resource.ts';
import { profileResource, roleResource } from './role-resources.ts';
import { securityGroupResource } from './security-group-resource.ts';
import { spotRoleResource } from './spot-role-resource.ts';
import { tableResource } from './table-resource.ts';
import { tryProbe, type Tried } from './try-probe.ts';

export type SetupSettings = LaunchProbeSettings &
  Pick<
    Settings,
    'nommerStateTable' | 'newJobQueueName' | 'jobStateChangeQueueName' | 'configS3Bucket'
  >;

export interface SetupOptions {
  /** For nodes to read and write, besides those they may already. */
  readonly mediaBuckets?: readonly string[];
  readonly onWait?: SetupTools['onWait'];
}

export interface AwsResources {
  /** In the order in which they can be made; the other way round they can be deleted. */
  readonly resources: readonly Resource[];
  look(resource: Resource): Promise<Seen>;
  /** What went wrong with it, for a person. */
  explain(thrown: unknown, resource: Resource): NommerError;
  /** The instances that run: nothing that setup makes, but to be ended before the rest is deleted. */
  instances(): Promise<readonly Resource[]>;
  /** What a person has to know besides. */
  readonly notes: readonly string[];
  /** A policy of deploy/iam for this installation, with what the looks have told of it. */
  policy(of: PolicyName, looks: ReadonlyMap<Resource, Seen>): Promise<Policy>;
  /** What feederd does, to be tried. */
  readonly probes: readonly Probe[];
  readonly notTried: readonly string[];
  tryProbe(probe: Probe): Promise<Tried>;
  close(): Promise<void>;
}

/** What an installation keeps on AWS. `close` when done. */
export async function openAwsResources(
  settings: SetupSettings,
  { mediaBuckets = [], onWait = () => {} }: SetupOptions = {},
): Promise<AwsResources> {
  const clients = new AwsClients(settings);
  const tools: SetupTools = {
    clients,
    tag: { Key: INSTALLATION_TAG, Value: settings.jobStateTable },
    onWait,
  };
  const resources = [...regionalResources(tools, settings)];
  const notes: string[] = [];
  const iam = new IamCalls(clients);
  const values = policyValues(settings);
  // Another server's credentials are none of AWS's business.
  if (isElsewhere(settings)) {
    notes.push('Roles are left out: IAM_ENDPOINT is not set, and other endpoints are.');
  } else {
    const identity = await findNodeIdentity(iam, settings.ec2IamInstanceProfile);
    const role = roleResource(iam, identity.roleName, tools.tag);
    const policy = (roleArn: string, buckets: readonly string[]) =>
      readPolicy('nommer-policy', { ...values, ...ofRole(roleArn), MEDIA_BUCKETS: buckets });
    resources.push(
      role,
      rolePolicyResource(iam, { role, mediaBuckets, policy }, tools.tag),
      profileResource(iam, { name: identity.profileName, role }, tools.tag),
      ...(settings.ec2Market === 'on-demand' ? [] : [spotRoleResource(iam)]),
    );
    if (settings.ec2IamInstanceProfile === undefined) {
      notes.push(
        `EC2_IAM_INSTANCE_PROFILE is not set. Set it to "${DEFAULT_PROFILE}", or nodes have no rights.`,
      );
    }
  }
  return {
    resources,
    look: (resource) => lookAt(resource, settings),
    explain: (thrown, { kind }) => explainLine(thrown, kind, settings),
    instances: () => instanceResources(clients, settings.jobStateTable),
    notes,
    policy: (of, looks) =>
      readPolicy(of, { ...values, ...seenValues(looks, { settings, mediaBuckets }) }),
    probes: feederdProbes(clients, settings),
    notTried: NOT_TRIED,
    tryProbe,
    close: () => clients.close(),
  };
}

function* regionalResources(tools: SetupTools, settings: SetupSettings): Generator<Resource, void> {
  const { configS3Bucket, ec2AmiId, awsRegion: region } = settings;
  yield tableResource(tools, jobTable(settings.jobStateTable));
  yield tableResource(tools, nodeStateTable(settings.nommerStateTable));
  yield* queueResources(tools, settings.newJobQueueName);
  yield* queueResources(tools, settings.jobStateChangeQueueName);
  if (configS3Bucket !== undefined) {
    yield bucketResource(tools, { name: configS3Bucket, region });
  }
  for (const name of settings.ec2SecurityGroups) {
    if (name.startsWith('sg-')) continue;
    yield securityGroupResource(tools, { name, subnetId: settings.ec2Subnets[0] });
  }
  if (ec2AmiId !== undefined) yield imageResource(tools.clients, ec2AmiId);
}

function isElsewhere(settings: SetupSettings): boolean {
  const { iamEndpoint, ec2Endpoint, sqsEndpoint, dynamodbEndpoint } = settings;
  return (
    iamEndpoint === undefined &&
    [ec2Endpoint, sqsEndpoint, dynamodbEndpoint].some((endpoint) => endpoint !== undefined)
  );
}
