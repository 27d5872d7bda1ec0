import { setTimeout } from 'node:timers/promises';
import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  type EC2Client,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import { NommerError } from '../../core/errors.ts';
import { awsErrorCode, callAws } from '../aws-error.ts';
import { bears, found, MISSING, type Resource, type SetupTools } from './resource.ts';

const DELETE_AGAIN_MS = 2000;
const MAX_DELETE_TRIES = 150;
const NO_GROUP = 'InvalidGroup.NotFound';
const NO_SUBNET = ['InvalidSubnetID.NotFound', 'InvalidSubnetId.NotFound'];

export interface GroupToHave {
  readonly name: string;
  /** In whose VPC; without one it is the default VPC. */
  readonly subnetId: string | undefined;
}

/** A security group that lets nothing in: nodes call, and are never called. */
export function securityGroupResource(
  { clients, tag, onWait }: SetupTools,
  { name, subnetId }: GroupToHave,
): Resource {
  const call = <T>(fine: readonly string[], act: (ec2: EC2Client) => Promise<T>) =>
    callAws(`EC2, security group ${name}`, async () => act(await clients.ec2()), fine);

  /** @returns undefined for the default VPC */
  async function vpc(): Promise<string | undefined> {
    if (subnetId === undefined) return undefined;
    const describe = new DescribeSubnetsCommand({ SubnetIds: [subnetId] });
    const answer = await call(NO_SUBNET, (ec2) => ec2.send(describe));
    const VpcId = answer?.Subnets?.find(({ SubnetId }) => SubnetId === subnetId)?.VpcId;
    if (VpcId !== undefined) return VpcId;
    throw new NommerError(
      'BAD_SETTING',
      `EC2_SUBNETS: no such subnet in this region; received ${JSON.stringify(subnetId)}`,
    );
  }

  async function find(): Promise<SecurityGroup | undefined> {
    const VpcId = await vpc();
    // By name in the default VPC, as RunInstances looks for it; EC2 gives no pages then.
    const query =
      VpcId === undefined
        ? { GroupNames: [name] }
        : {
            Filters: [
              { Name: 'vpc-id', Values: [VpcId] },
              { Name: 'group-name', Values: [name] },
            ],
          };
    const answer = await call([NO_GROUP], (ec2) =>
      ec2.send(new DescribeSecurityGroupsCommand(query)),
    );
    // Not every server that speaks EC2 knows every filter.
    return answer?.SecurityGroups?.find(
      (group) => group.GroupName === name && (VpcId === undefined || group.VpcId === VpcId),
    );
  }

  return {
    kind: 'security group',
    name,
    async look() {
      const group = await find();
      if (group === undefined) return MISSING;
      const { GroupId: id } = group;
      return found({
        isOwn: bears(group.Tags, tag),
        ...(id !== undefined && { detail: id, names: [id] }),
      });
    },
    async create() {
      const VpcId = await vpc();
      const create = new CreateSecurityGroupCommand({
        GroupName: name,
        Description: 'Nodes of media-nommer: nothing comes in',
        ...(VpcId !== undefined && { VpcId }),
        TagSpecifications: [{ ResourceType: 'security-group', Tags: [tag] }],
      });
      await call(['InvalidGroup.Duplicate'], (ec2) => ec2.send(create));
    },
    async remove() {
      const GroupId = (await find())?.GroupId;
      if (GroupId === undefined) return;
      const remove = new DeleteSecurityGroupCommand({ GroupId });
      for (let tries = 1; ; tries += 1) {
        try {
          await call([NO_GROUP], (ec2) => ec2.send(remove));
          return;
        } catch (thrown: unknown) {
          const code = thrown instanceof Error ? awsErrorCode(thrown.cause) : undefined;
          if (code !== 'DependencyViolation' || tries === MAX_DELETE_TRIES) throw thrown;
          if (tries === 1) onWait('for the instances to end: they hold the security group');
        }
        await setTimeout(DELETE_AGAIN_MS);
      }
    },
  };
}
