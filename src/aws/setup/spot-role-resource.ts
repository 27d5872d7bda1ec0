import { CreateServiceLinkedRoleCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { EXISTS, type IamCalls } from './iam-calls.ts';
import { found, MISSING, type Resource } from './resource.ts';

const ROLE = 'AWSServiceRoleForEC2Spot';
const SERVICE = 'spot.amazonaws.com';

/** By which EC2 launches spot instances: one per account, made by whoever uses spot first. */
export function spotRoleResource(iam: IamCalls): Resource {
  /** Some servers that speak IAM give it another name. */
  async function byService() {
    const list = new ListRolesCommand({ PathPrefix: `/aws-service-role/${SERVICE}/` });
    const answer = await iam.call(ROLE, ['AccessDenied'], (client) => client.send(list));
    return answer?.Roles?.find(({ Path }) => Path?.includes(SERVICE));
  }

  return {
    kind: 'spot role',
    name: ROLE,
    async look() {
      const role = (await iam.role(ROLE)) ?? (await byService());
      return role === undefined ? MISSING : found({ isOwn: false, arn: role.Arn });
    },
    async create() {
      const create = new CreateServiceLinkedRoleCommand({ AWSServiceName: SERVICE });
      try {
        await iam.call(ROLE, [EXISTS], (client) => client.send(create));
      } catch (thrown: unknown) {
        // "Service role name AWSServiceRoleForEC2Spot has been taken in this account"
        if (!(thrown instanceof Error && /has been taken/u.test(thrown.message))) throw thrown;
      }
    },
  };
}
