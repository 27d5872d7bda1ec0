import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import type { AwsClients } from '../aws-clients.ts';
import { awsErrorCode, fromAws } from '../aws-error.ts';
import { describeNodes } from '../describe-nodes.ts';
import type { Resource } from './resource.ts';

/** The nodes of this installation that run or are coming up. feederd launches them, not setup. */
export async function instanceResources(
  clients: AwsClients,
  installation: string,
): Promise<readonly Resource[]> {
  const nodes = await describeNodes(clients, installation);
  return nodes
    .filter(({ isAlive }) => isAlive)
    .map(({ nodeId }) => ({
      kind: 'instance',
      name: nodeId,
      isEssential: true,
      isThere: () => Promise.resolve(true),
      create: () => Promise.resolve(),
      // Only those that bear the tag are described.
      isOwn: () => Promise.resolve(true),
      async remove() {
        try {
          const ec2 = await clients.ec2();
          await ec2.send(new TerminateInstancesCommand({ InstanceIds: [nodeId] }));
        } catch (thrown: unknown) {
          if (awsErrorCode(thrown) === 'InvalidInstanceID.NotFound') return;
          throw fromAws(thrown, `EC2, TerminateInstances of ${nodeId}`);
        }
      },
    }));
}
