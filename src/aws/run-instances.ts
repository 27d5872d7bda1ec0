import {
  RunInstancesCommand,
  type RunInstancesCommandInput,
  type RunInstancesCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Settings } from '../conf/settings.ts';
import { NommerError } from '../core/errors.ts';
import type { AwsClients } from './aws-clients.ts';
import { fromAws } from './aws-error.ts';
import { INSTALLATION_TAG, LAUNCH_TAG } from './describe-nodes.ts';
import {
  areInstancesGone,
  isNoCapacity,
  isRefusal,
  isSpentToken,
  toRefusal,
  type Refusal,
  type RefusalSettings,
} from './ec2-refusal.ts';
import type { CandidateSettings } from './launch-candidates.ts';
import type { LaunchAttempt } from './reservation.ts';
import { securityGroups } from './security-groups.ts';

export type LaunchSettings = Pick<Settings, 'jobStateTable'> & CandidateSettings & RefusalSettings;

export interface InstancesToRun {
  readonly token: string;
  readonly attempt: LaunchAttempt;
  readonly count: number;
  /** As EC2 takes it, before base64. */
  readonly userData: string;
  /** Whether the call is still allowed; asked right before each time that it is made. */
  mayCall(): boolean;
}

/**
 * What came of a call.
 * - `started`: these, of as many as there was capacity for
 * - `refused`: none
 * - `unsure`: EC2 refuses now, but may have started some when the call was made before
 * - `spent`: some were started before, and EC2 does not tell which
 * - `gone`: some were started before, and have ended
 */
export type RunOutcome =
  | { readonly kind: 'started'; readonly instanceIds: readonly string[] }
  | ({ readonly kind: 'refused' | 'unsure' } & Refusal)
  | { readonly kind: 'spent' | 'gone' };

/**
 * One call of RunInstances. The same attempt again gives the same instances.
 * @throws NommerError UNAVAILABLE, which leaves open whether instances were started
 */
export async function runInstances(
  clients: AwsClients,
  settings: LaunchSettings,
  launch: InstancesToRun,
): Promise<RunOutcome> {
  const { candidate, tries } = launch.attempt;
  // The outcome of an earlier try may have been lost on the way.
  let isOpen = tries > 1;
  const refused = (refusal: Refusal): RunOutcome => {
    return { kind: isOpen ? 'unsure' : 'refused', ...refusal };
  };
  try {
    const command = new RunInstancesCommand(await toInput(clients, settings, launch));
    let noCapacity: unknown;
    command.middlewareStack.add(
      (next) => async (args) => {
        if (!launch.mayCall()) throw tooLate();
        try {
          return await next(args);
        } catch (thrown) {
          if (!isRefusal(thrown)) isOpen = true;
          if (!isNoCapacity(thrown)) throw thrown;
          // No failure: the SDK would ask five times, and each candidate after the other takes its time.
          noCapacity = thrown;
          const output: RunInstancesCommandOutput = { $metadata: {}, Instances: [] };
          return { response: undefined, output };
        }
      },
      // Inside of what tries again.
      { step: 'finalizeRequest', priority: 'low', name: 'everyTryOfRunInstances' },
    );
    const { Instances = [] } = await (await clients.ec2()).send(command);
    if (noCapacity !== undefined) return refused(toRefusal(noCapacity, settings, candidate));
    const instanceIds = Instances.flatMap(({ InstanceId }) => InstanceId ?? []);
    return { kind: 'started', instanceIds };
  } catch (thrown) {
    if (areInstancesGone(thrown)) return { kind: 'gone' };
    if (isSpentToken(thrown)) return { kind: 'spent' };
    if (isRefusal(thrown)) return refused(toRefusal(thrown, settings, candidate));
    if (thrown instanceof NommerError && thrown.code === 'BAD_SETTING') {
      return refused({ error: thrown, mayOtherDo: false });
    }
    throw fromAws(thrown, 'EC2, RunInstances');
  }
}

async function toInput(
  clients: AwsClients,
  settings: LaunchSettings,
  { token, attempt, count, userData }: InstancesToRun,
): Promise<RunInstancesCommandInput> {
  const { ec2AmiId, ec2KeyName, ec2IamInstanceProfile: profile } = settings;
  const { instanceType, market, subnet } = attempt.candidate;
  if (ec2AmiId === undefined) {
    throw new NommerError('BAD_SETTING', 'EC2_AMI_ID: needed to launch nodes, received nothing');
  }
  const Tags = [
    { Key: 'Name', Value: `${settings.jobStateTable} node` },
    { Key: INSTALLATION_TAG, Value: settings.jobStateTable },
    { Key: LAUNCH_TAG, Value: token },
  ];
  return {
    ClientToken: attempt.clientToken,
    ImageId: ec2AmiId,
    InstanceType: instanceType as NonNullable<RunInstancesCommandInput['InstanceType']>,
    MinCount: 1,
    MaxCount: count,
    InstanceInitiatedShutdownBehavior: 'terminate',
    MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
    UserData: Buffer.from(userData).toString('base64'),
    TagSpecifications: [
      { ResourceType: 'instance', Tags },
      { ResourceType: 'volume', Tags },
    ],
    ...(await securityGroups(clients, settings, subnet)),
    ...(subnet !== null && { SubnetId: subnet }),
    ...(ec2KeyName !== undefined && { KeyName: ec2KeyName }),
    ...(profile !== undefined && {
      IamInstanceProfile: profile.startsWith('arn:') ? { Arn: profile } : { Name: profile },
    }),
    ...(market === 'spot' && {
      InstanceMarketOptions: {
        MarketType: 'spot',
        SpotOptions: { SpotInstanceType: 'one-time', InstanceInterruptionBehavior: 'terminate' },
      },
    }),
  };
}

function tooLate(): NommerError {
  return new NommerError('UNAVAILABLE', 'EC2, RunInstances: held up for too long to be made now');
}
