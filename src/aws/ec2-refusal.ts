import type { Settings } from '../conf/settings.ts';
import { NommerError } from '../core/errors.ts';
import { awsErrorCode } from './aws-error.ts';
import { nameOf, type LaunchCandidate } from './launch-candidates.ts';

export type RefusalSettings = Pick<
  Settings,
  | 'ec2AmiId'
  | 'ec2KeyName'
  | 'ec2SecurityGroups'
  | 'ec2Subnets'
  | 'ec2InstanceTypes'
  | 'ec2IamInstanceProfile'
  | 'ec2Market'
>;

/** EC2's answer that it starts nothing. */
export interface Refusal {
  readonly error: NommerError;
  /** Whether another type, market or subnet may do. */
  readonly mayOtherDo: boolean;
}

/** Some come with status 500, as if trying again at once helped. */
const NO_CAPACITY = new Set([
  'InsufficientAddressCapacity',
  'InsufficientCapacity',
  'InsufficientFreeAddressesInSubnet',
  'InsufficientHostCapacity',
  'InsufficientInstanceCapacity',
  'InsufficientReservedInstanceCapacity',
  'InstanceLimitExceeded',
  'MaxSpotInstanceCountExceeded',
  'ReservationCapacityExceeded',
  'SpotMaxPriceTooLow',
  'UnfulfillableCapacity',
  'VcpuLimitExceeded',
]);

const THROTTLED = new Set([
  'EC2ThrottledException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);

/** Not of the launch, but of the call: a later one may be answered otherwise. */
const PASSING = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired']);

/** What the setting is called that EC2 does not like, by its code and its words. */
const BLAMED: readonly (readonly [RegExp, keyof typeof SETTINGS])[] = [
  [/^AuthFailure\.ServiceLinkedRole|^InvalidSpot|^Spot/u, 'EC2_MARKET'],
  [/^InvalidAMIID|^AuthFailure\b.*images/u, 'EC2_AMI_ID'],
  [/^AuthFailure|^Unauthorized|^UnrecognizedClient|^OptInRequired|^Blocked/u, 'AWS credentials'],
  [/^InvalidClientTokenId|^Signature|^InvalidSignature|^PendingVerif/u, 'AWS credentials'],
  [/^InvalidKeyPair|key ?pair/iu, 'EC2_KEY_NAME'],
  [/^InvalidGroup|^InvalidSecurityGroup/u, 'EC2_SECURITY_GROUPS'],
  [/^VPCIdNotSpecified|^InvalidSubnet|^Default(?:Vpc|Subnet)|subnet|\bvpc\b/iu, 'EC2_SUBNETS'],
  [/security ?group/iu, 'EC2_SECURITY_GROUPS'],
  [/\biam\b|instance ?profile/iu, 'EC2_IAM_INSTANCE_PROFILE'],
  [/^Unsupported|instance ?type|architecture/iu, 'EC2_INSTANCE_TYPES'],
];

const SETTINGS = {
  EC2_AMI_ID: ({ ec2AmiId }: RefusalSettings) => ec2AmiId,
  EC2_KEY_NAME: ({ ec2KeyName }: RefusalSettings) => ec2KeyName,
  EC2_SECURITY_GROUPS: ({ ec2SecurityGroups }: RefusalSettings) => ec2SecurityGroups.join(', '),
  EC2_SUBNETS: ({ ec2Subnets }: RefusalSettings) => ec2Subnets.join(', ') || undefined,
  EC2_INSTANCE_TYPES: ({ ec2InstanceTypes }: RefusalSettings) => ec2InstanceTypes.join(', '),
  EC2_IAM_INSTANCE_PROFILE: ({ ec2IamInstanceProfile }: RefusalSettings) => ec2IamInstanceProfile,
  EC2_MARKET: ({ ec2Market }: RefusalSettings) => ec2Market,
  'AWS credentials': () => 'a user or role without the right',
};

/** Whether EC2 says that it has none of what is asked for: it has started nothing then. */
export function isNoCapacity(thrown: unknown): boolean {
  return NO_CAPACITY.has(awsErrorCode(thrown) ?? '');
}

/** Whether the answer leaves no doubt that the call it answers has started nothing. */
export function isRefusal(thrown: unknown): boolean {
  const status = statusOf(thrown);
  const is4xx = status !== undefined && status >= 400 && status < 500;
  return is4xx || isNoCapacity(thrown) || isThrottled(thrown);
}

/** Whether EC2 knows the client token already, but will not say again what came of its call. */
export function isSpentToken(thrown: unknown): boolean {
  return (awsErrorCode(thrown) ?? '').startsWith('Idempotent');
}

/** Whether the instances of the client token have come and gone. */
export function areInstancesGone(thrown: unknown): boolean {
  return awsErrorCode(thrown) === 'IdempotentInstanceTerminated';
}

/** What a refusal means to whoever wanted nodes, in EC2's own words and with the setting to look at. */
export function toRefusal(
  thrown: unknown,
  settings: RefusalSettings,
  candidate: LaunchCandidate,
): Refusal {
  const code = awsErrorCode(thrown) ?? 'no code';
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  const said = `${code}: ${words}`;
  if (isNoCapacity(thrown)) {
    return { error: noCapacity(candidate, said, thrown), mayOtherDo: true };
  }
  if (isThrottled(thrown)) {
    const error = new NommerError('RATE_LIMITED', `EC2, RunInstances: ${said}`, { cause: thrown });
    return { error, mayOtherDo: false };
  }
  if (PASSING.has(code)) {
    return { error: refused('AWS credentials', said, thrown, true), mayOtherDo: false };
  }
  const name = BLAMED.find(([pattern]) => pattern.test(said))?.[1];
  const received = name === undefined ? '' : `; received ${SETTINGS[name](settings) ?? 'none'}`;
  const error = refused(
    name ?? 'EC2 settings',
    `EC2 refuses it, ${said}${received}`,
    thrown,
    false,
  );
  return { error, mayOtherDo: name === 'EC2_MARKET' || code.startsWith('Unsupported') };
}

/** Tells that there are not enough instances of a candidate. */
export function noCapacity(candidate: LaunchCandidate, said: string, cause?: unknown): NommerError {
  const message = `EC2_INSTANCE_TYPES: EC2 has no capacity for ${nameOf(candidate)}, ${said}`;
  return new NommerError('NO_CAPACITY', message, cause === undefined ? {} : { cause });
}

function isThrottled(thrown: unknown): boolean {
  return THROTTLED.has(awsErrorCode(thrown) ?? '') || statusOf(thrown) === 429;
}

function refused(
  setting: string,
  message: string,
  cause: unknown,
  retryable: boolean,
): NommerError {
  return new NommerError('BAD_SETTING', `${setting}: ${message}`, { cause, retryable });
}

function statusOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { $metadata } = thrown as Error & { $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode;
}
