import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import type { AwsClients } from './aws-clients.ts';
import { callAws } from './aws-error.ts';

/**
 * Ends one instance. One at a time: an id that EC2 does not know yet, or no more, would fail a whole call.
 * @returns whether EC2 knows the instance
 */
export async function terminateInstance(clients: AwsClients, nodeId: string): Promise<boolean> {
  const terminate = new TerminateInstancesCommand({ InstanceIds: [nodeId] });
  const answer = await callAws(
    `EC2, TerminateInstances of ${nodeId}`,
    async () => (await clients.ec2()).send(terminate),
    ['InvalidInstanceID.NotFound'],
  );
  return answer !== undefined;
}
