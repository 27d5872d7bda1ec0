import { NommerError } from '../../core/errors.ts';
import { AwsClients, type AwsClientSettings } from '../aws-clients.ts';
import { launchCandidates } from '../launch-candidates.ts';
import { runInstances, type LaunchSettings } from '../run-instances.ts';

export type LaunchProbeSettings = LaunchSettings & AwsClientSettings;

/** EC2 would have started it. */
const WOULD_DO = 'DryRunOperation';

/**
 * Whether a node could be launched just now, by the very call that launches nodes, as a dry run.
 * @throws NommerError with the setting that EC2 does not like
 */
export async function tryLaunch(settings: LaunchProbeSettings): Promise<void> {
  const [candidate] = launchCandidates(settings);
  if (candidate === undefined || settings.ec2AmiId === undefined) return;
  // Clients of its own, through which no call can launch anything.
  const clients = new AwsClients(settings);
  try {
    (await clients.ec2()).middlewareStack.add(
      (next) => async (args) => next({ ...args, input: { ...args.input, DryRun: true } }),
      { step: 'initialize', name: 'dryRun' },
    );
    const outcome = await runInstances(clients, settings, {
      token: 'doctor',
      attempt: { candidate, clientToken: `doctor-${crypto.randomUUID()}`, tries: 1 },
      count: 1,
      userData: '',
      mayCall: () => true,
    });
    if ('error' in outcome && !outcome.error.message.includes(WOULD_DO)) throw outcome.error;
    if (outcome.kind === 'started' && outcome.instanceIds.length > 0) {
      throw new NommerError(
        'UNAVAILABLE',
        `EC2 took a dry run for a launch; end these: ${outcome.instanceIds.join(', ')}`,
      );
    }
  } finally {
    await clients.close();
  }
}
