import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import type { AwsClients } from './aws-clients.ts';
import { fromAws } from './aws-error.ts';

/** Whose value is the installation: two of them in one account leave each other alone. */
export const INSTALLATION_TAG = 'media-nommer';
/** Whose value is the token of the launch. */
export const LAUNCH_TAG = 'media-nommer-launch';

/** An instance of this installation, in any state. */
export interface DescribedNode {
  readonly nodeId: string;
  readonly launchedAt: number;
  readonly token: string | undefined;
  readonly isAlive: boolean;
}

const PAGE_SIZE = 1000;

/** All instances of the installation that EC2 tells of, those that end or have ended too. */
export async function describeNodes(
  clients: AwsClients,
  installation: string,
): Promise<readonly DescribedNode[]> {
  const nodes: DescribedNode[] = [];
  let cursor: string | undefined;
  do {
    const page = await describePage(clients, installation, cursor);
    for (const { Instances = [] } of page.Reservations ?? []) {
      for (const { InstanceId, LaunchTime, State, Tags = [] } of Instances) {
        const tag = (key: string) => Tags.find(({ Key }) => Key === key)?.Value;
        // Not every server that speaks EC2 knows every filter, and a foreign instance must not be ended.
        if (InstanceId === undefined || tag(INSTALLATION_TAG) !== installation) continue;
        nodes.push({
          nodeId: InstanceId,
          launchedAt: LaunchTime?.getTime() ?? 0,
          token: tag(LAUNCH_TAG),
          isAlive: State?.Name === 'pending' || State?.Name === 'running',
        });
      }
    }
    cursor = page.NextToken === '' ? undefined : page.NextToken;
  } while (cursor !== undefined);
  return nodes;
}

async function describePage(clients: AwsClients, installation: string, cursor: string | undefined) {
  try {
    const client = await clients.ec2();
    return await client.send(
      new DescribeInstancesCommand({
        Filters: [{ Name: `tag:${INSTALLATION_TAG}`, Values: [installation] }],
        MaxResults: PAGE_SIZE,
        ...(cursor !== undefined && { NextToken: cursor }),
      }),
    );
  } catch (thrown) {
    throw fromAws(thrown, 'EC2, DescribeInstances');
  }
}
