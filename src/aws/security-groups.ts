import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import type { Settings } from '../conf/settings.ts';
import { NommerError } from '../core/errors.ts';
import type { AwsClients } from './aws-clients.ts';
import { callAws } from './aws-error.ts';

/** As RunInstances takes them. */
export interface GroupsOfInstance {
  readonly SecurityGroupIds?: string[];
  readonly SecurityGroups?: string[];
}

/**
 * The security groups of a new instance. By name EC2 knows only those of the default VPC, and none at all
 * where a subnet is given: there the groups of these names in the subnet's VPC are meant.
 * @throws NommerError BAD_SETTING when there is no such subnet or group
 */
export async function securityGroups(
  clients: AwsClients,
  { ec2SecurityGroups }: Pick<Settings, 'ec2SecurityGroups'>,
  subnet: string | null,
): Promise<GroupsOfInstance> {
  const ids = ec2SecurityGroups.filter((group) => group.startsWith('sg-'));
  const names = ec2SecurityGroups.filter((group) => !group.startsWith('sg-'));
  const resolved = subnet === null || names.length === 0 ? [] : await idsOf(clients, names, subnet);
  const allIds = [...ids, ...resolved];
  return {
    ...(allIds.length > 0 && { SecurityGroupIds: allIds }),
    ...(names.length > resolved.length && { SecurityGroups: names }),
  };
}

async function idsOf(
  clients: AwsClients,
  names: readonly string[],
  subnet: string,
): Promise<string[]> {
  const vpc = await vpcOf(clients, subnet);
  // Without MaxResults, EC2 gives no pages.
  const find = new DescribeSecurityGroupsCommand({
    Filters: [
      { Name: 'vpc-id', Values: [vpc] },
      { Name: 'group-name', Values: [...names] },
    ],
  });
  const found = await callAws('EC2, DescribeSecurityGroups', async () =>
    (await clients.ec2()).send(find),
  );
  const groups = (found?.SecurityGroups ?? []).filter(({ VpcId }) => VpcId === vpc);
  return names.map((name) => {
    const id = groups.find(({ GroupName }) => GroupName === name)?.GroupId;
    if (id !== undefined) return id;
    throw new NommerError(
      'BAD_SETTING',
      `EC2_SECURITY_GROUPS: ${vpc} of ${subnet} has no group of this name; received ${name}`,
    );
  });
}

async function vpcOf(clients: AwsClients, subnet: string): Promise<string> {
  const find = new DescribeSubnetsCommand({ SubnetIds: [subnet] });
  const found = await callAws(
    'EC2, DescribeSubnets',
    async () => (await clients.ec2()).send(find),
    ['InvalidSubnetID.NotFound', 'InvalidSubnetID.Malformed'],
  );
  const vpc = found?.Subnets?.find(({ SubnetId }) => SubnetId === subnet)?.VpcId;
  if (vpc !== undefined) return vpc;
  throw new NommerError('BAD_SETTING', `EC2_SUBNETS: there is no such subnet; received ${subnet}`);
}
