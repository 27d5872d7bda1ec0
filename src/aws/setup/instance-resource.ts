import type { AwsClients } from '../aws-clients.ts';
import { describeNodes } from '../describe-nodes.ts';
import { terminateInstance } from '../terminate-instance.ts';
import { found, type Resource } from './resource.ts';

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
      // Only those that bear the tag are described.
      look: () => Promise.resolve(found({ isOwn: true })),
      async remove() {
        await terminateInstance(clients, nodeId);
      },
    }));
}
