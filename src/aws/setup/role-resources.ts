import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  RemoveRoleFromInstanceProfileCommand,
  waitUntilInstanceProfileExists,
  waitUntilRoleExists,
} from '@aws-sdk/client-iam';
import { EXISTS, IAM_WAITING, NO_ENTITY, type IamCalls } from './iam-calls.ts';
import { bears, found, MISSING, type OwnTag, type Resource } from './resource.ts';

const TRUST = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'ec2.amazonaws.com' },
      Action: 'sts:AssumeRole',
    },
  ],
};

/** The role of the nodes, without any rights yet. */
export function roleResource(iam: IamCalls, RoleName: string, tag: OwnTag): Resource {
  return {
    kind: 'role',
    name: RoleName,
    async look() {
      const role = await iam.role(RoleName);
      return role === undefined ? MISSING : found({ isOwn: bears(role.Tags, tag), arn: role.Arn });
    },
    async create() {
      const create = new CreateRoleCommand({
        RoleName,
        Description: 'Nodes of media-nommer',
        AssumeRolePolicyDocument: JSON.stringify(TRUST),
        Tags: [tag],
      });
      await iam.call(RoleName, [EXISTS], (client) => client.send(create));
      await iam.call(RoleName, [], (client) =>
        waitUntilRoleExists({ client, ...IAM_WAITING }, { RoleName }),
      );
    },
    async remove() {
      const remove = new DeleteRoleCommand({ RoleName });
      await iam.call(RoleName, [NO_ENTITY], (client) => client.send(remove));
    },
  };
}

/** What brings the role to the instances. */
export function profileResource(
  iam: IamCalls,
  { name: InstanceProfileName, role }: { readonly name: string; readonly role: Resource },
  tag: OwnTag,
): Resource {
  const both = { InstanceProfileName, RoleName: role.name };
  async function putRole(): Promise<void> {
    const add = new AddRoleToInstanceProfileCommand(both);
    // LimitExceeded: it has one already.
    const fine = [EXISTS, 'LimitExceeded'];
    await iam.call(InstanceProfileName, fine, (client) => client.send(add));
  }
  return {
    kind: 'instance profile',
    name: InstanceProfileName,
    needs: [role],
    async look() {
      const profile = await iam.profile(InstanceProfileName);
      if (profile === undefined) return MISSING;
      const hasRole = (profile.Roles ?? []).length > 0;
      return found({
        isOwn: bears(profile.Tags, tag),
        differences: hasRole ? [] : ['has no role'],
        arn: profile.Arn,
      });
    },
    async create() {
      const create = new CreateInstanceProfileCommand({ InstanceProfileName, Tags: [tag] });
      await iam.call(InstanceProfileName, [EXISTS], (client) => client.send(create));
      await iam.call(InstanceProfileName, [], (client) =>
        waitUntilInstanceProfileExists({ client, ...IAM_WAITING }, { InstanceProfileName }),
      );
      await putRole();
    },
    repair: putRole,
    async remove() {
      const take = new RemoveRoleFromInstanceProfileCommand(both);
      await iam.call(InstanceProfileName, [NO_ENTITY], (client) => client.send(take));
      const remove = new DeleteInstanceProfileCommand({ InstanceProfileName });
      await iam.call(InstanceProfileName, [NO_ENTITY], (client) => client.send(remove));
    },
  };
}
