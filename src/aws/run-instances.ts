import { createHash } from 'node:crypto';
import { RunInstancesCommand, type RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import type { Settings } from '../conf/settings.ts';
import { NommerError, toNommerError } from '../core/errors.ts';
import type { AwsClients } from './aws-clients.ts';
import { awsErrorCode, fromAws } from './aws-error.ts';
import { INSTALLATION_TAG, LAUNCH_TAG } from './describe-nodes.ts';

export type LaunchSettings = Pick<
  Settings,
  | 'jobStateTable'
  | 'ec2AmiId'
  | 'ec2KeyName'
  | 'ec2InstanceTypes'
  | 'ec2SecurityGroups'
  | 'ec2IamInstanceProfile'
  | 'ec2Market'
>;

/** One way to get an instance. */
export interface LaunchCandidate {
  readonly instanceType: string;
  readonly market: 'on-demand' | 'spot';
}

export interface InstancesToRun {
  readonly token: string;
  readonly candidate: number;
  readonly count: number;
  /** As EC2 takes it, before base64. */
  readonly userData: string;
}

export type RunOutcome =
  | { readonly kind: 'started'; readonly instanceIds: readonly string[]; readonly at: number }
  | { readonly kind: 'no-capacity'; readonly error: NommerError };

const NO_CAPACITY = new Set([
  'InsufficientInstanceCapacity',
  'InsufficientHostCapacity',
  'InsufficientReservedInstanceCapacity',
  'InstanceLimitExceeded',
  'MaxSpotInstanceCountExceeded',
  'SpotMaxPriceTooLow',
  'Unsupported',
  'VcpuLimitExceeded',
]);

/** In the order in which they are tried: every type of the better market first. */
export function launchCandidates({
  ec2InstanceTypes,
  ec2Market,
}: LaunchSettings): readonly LaunchCandidate[] {
  const markets: readonly LaunchCandidate['market'][] =
    ec2Market === 'spot-then-on-demand' ? ['spot', 'on-demand'] : [ec2Market];
  return markets.flatMap((market) =>
    ec2InstanceTypes.map((instanceType) => ({ instanceType, market })),
  );
}

/**
 * One call of RunInstances. The same token, candidate and count again give the same instances.
 * @throws NommerError BAD_SETTING when EC2 refuses a setting: nothing was started then. Anything else
 *   leaves open whether instances were started.
 */
export async function runInstances(
  clients: AwsClients,
  settings: LaunchSettings,
  launch: InstancesToRun,
): Promise<RunOutcome> {
  try {
    const client = await clients.ec2();
    const { Instances = [] } = await client.send(
      new RunInstancesCommand(toInput(settings, launch)),
    );
    return {
      kind: 'started',
      instanceIds: Instances.flatMap(({ InstanceId }) => InstanceId ?? []),
      at: Instances[0]?.LaunchTime?.getTime() ?? Date.now(),
    };
  } catch (thrown) {
    const code = awsErrorCode(thrown) ?? '';
    if (NO_CAPACITY.has(code)) {
      return { kind: 'no-capacity', error: fromAws(thrown, 'EC2, RunInstances') };
    }
    throw badSetting(thrown, code, settings) ?? fromAws(thrown, 'EC2, RunInstances');
  }
}

function toInput(settings: LaunchSettings, launch: InstancesToRun): RunInstancesCommandInput {
  const { ec2AmiId, ec2KeyName, ec2SecurityGroups, ec2IamInstanceProfile: profile } = settings;
  const candidate = launchCandidates(settings)[launch.candidate];
  if (ec2AmiId === undefined) {
    throw new NommerError('BAD_SETTING', 'EC2_AMI_ID: needed to launch nodes, received nothing');
  }
  if (candidate === undefined) {
    throw new NommerError('BAD_SETTING', 'EC2_INSTANCE_TYPES: changed while nodes were launched');
  }
  const groupIds = ec2SecurityGroups.filter((group) => group.startsWith('sg-'));
  const groupNames = ec2SecurityGroups.filter((group) => !group.startsWith('sg-'));
  const Tags = [
    { Key: 'Name', Value: `${settings.jobStateTable} node` },
    { Key: INSTALLATION_TAG, Value: settings.jobStateTable },
    { Key: LAUNCH_TAG, Value: launch.token },
  ];
  return {
    ClientToken: clientToken(settings.jobStateTable, launch),
    ImageId: ec2AmiId,
    InstanceType: candidate.instanceType as NonNullable<RunInstancesCommandInput['InstanceType']>,
    MinCount: 1,
    MaxCount: launch.count,
    InstanceInitiatedShutdownBehavior: 'terminate',
    MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
    UserData: Buffer.from(launch.userData).toString('base64'),
    TagSpecifications: [
      { ResourceType: 'instance', Tags },
      { ResourceType: 'volume', Tags },
    ],
    ...(ec2KeyName !== undefined && { KeyName: ec2KeyName }),
    ...(groupIds.length > 0 && { SecurityGroupIds: groupIds }),
    ...(groupNames.length > 0 && { SecurityGroups: groupNames }),
    ...(profile !== undefined && {
      IamInstanceProfile: profile.startsWith('arn:') ? { Arn: profile } : { Name: profile },
    }),
    ...(candidate.market === 'spot' && {
      InstanceMarketOptions: {
        MarketType: 'spot',
        SpotOptions: { SpotInstanceType: 'one-time', InstanceInterruptionBehavior: 'terminate' },
      },
    }),
  };
}

/** EC2 allows 64 characters. */
function clientToken(installation: string, { token, candidate }: InstancesToRun): string {
  return createHash('sha256').update(`${installation}\n${token}\n${candidate}`).digest('hex');
}

function badSetting(
  thrown: unknown,
  code: string,
  settings: LaunchSettings,
): NommerError | undefined {
  const setting = refusedSetting(code, toNommerError(thrown).message, settings);
  if (setting === undefined) return undefined;
  const [name, received] = setting;
  return new NommerError(
    'BAD_SETTING',
    `${name}: EC2 refuses it, ${code}: ${toNommerError(thrown).message}; received ${received}`,
    { cause: thrown },
  );
}

function refusedSetting(
  code: string,
  message: string,
  settings: LaunchSettings,
): readonly [name: string, received: string] | undefined {
  const { ec2AmiId, ec2KeyName, ec2SecurityGroups, ec2InstanceTypes } = settings;
  const profile = ['EC2_IAM_INSTANCE_PROFILE', settings.ec2IamInstanceProfile ?? 'none'] as const;
  if (code.startsWith('InvalidAMIID')) return ['EC2_AMI_ID', ec2AmiId ?? 'none'];
  if (code.startsWith('InvalidGroup') || code.startsWith('InvalidSecurityGroup')) {
    return ['EC2_SECURITY_GROUPS', ec2SecurityGroups.join(', ')];
  }
  if (code.startsWith('InvalidKeyPair')) return ['EC2_KEY_NAME', ec2KeyName ?? 'none'];
  if (code === 'UnauthorizedOperation')
    return ['AWS credentials', 'a user or role without the right'];
  if (code !== 'InvalidParameterValue') return undefined;
  if (/iam|instance ?profile/iu.test(message)) return profile;
  return ['EC2_INSTANCE_TYPES', ec2InstanceTypes.join(', ')];
}
