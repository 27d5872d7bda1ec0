import { CreateServiceLinkedRoleCommand } from '@aws-sdk/client-iam';
import type { IamCalls } from './iam-calls.ts';
import { found, MISSING, type Resource } from './resource.ts';

const ROLE = 'AWSServiceRoleForEC2Spot';

/** By which EC2 launches spot instances: one per account, made by whoever uses spot first. */
export function spotRoleResource(iam: IamCalls): Resource {
  return {
    kind: 'spot role',
    name: ROLE,
    async look() {
      const role = await iam.role(ROLE);
      return role === undefined ? MISSING : found({ isOwn: false, arn: role.Arn });
    },
    async create() {
      const create = new CreateServiceLinkedRoleCommand({ AWSServiceName: 'spot.amazonaws.com' });
      try {
        await iam.call(ROLE, [], (client) => client.send(create));
      } catch (thrown: unknown) {
        // "Service role name AWSServiceRoleForEC2Spot has been taken in this account"
        if (!(thrown instanceof Error && /has been taken/u.test(thrown.message))) throw thrown;
      }
    },
  };
}
