import { setTimeout } from 'node:timers/promises';
import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  type EC2Client,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import type { AwsClients } from '../aws-clients.ts';
import { awsErrorCode, callAws } from '../aws-error.ts';
import { bears, type OwnTag, type Resource } from './resource.ts';

const DELETE_AGAIN_MS = 2000;
const MAX_DELETE_TRIES = 150;

/** A security group of the default VPC that lets nothing in: nodes call, and are never called. */
export function securityGroupResource(clients: AwsClients, name: string, tag: OwnTag): Resource {
  const call = <T>(fine: string, act: (ec2: EC2Client) => Promise<T>) =>
    callAws(`EC2, security group ${name}`, async () => act(await clients.ec2()), [fine]);
  async function find(): Promise<SecurityGroup | undefined> {
    // By name in the default VPC, as RunInstances looks for it; EC2 gives no pages then.
    const answer = await call('InvalidGroup.NotFound', (ec2) =>
      ec2.send(new DescribeSecurityGroupsCommand({ GroupNames: [name] })),
    );
    return answer?.SecurityGroups?.find(({ GroupName }) => GroupName === name);
  }
  return {
    kind: 'security group',
    name,
    isEssential: false,
    isThere: async () => (await find()) !== undefined,
    async create() {
      const create = new CreateSecurityGroupCommand({
        GroupName: name,
        Description: 'Nodes of media-nommer: nothing comes in',
        TagSpecifications: [{ ResourceType: 'security-group', Tags: [tag] }],
      });
      await call('InvalidGroup.Duplicate', (ec2) => ec2.send(create));
    },
    isOwn: async () => bears((await find())?.Tags, tag),
    async remove() {
      const GroupId = (await find())?.GroupId;
      if (GroupId === undefined) return;
      const remove = new DeleteSecurityGroupCommand({ GroupId });
      // Instances hold it until they have ended.
      for (let tries = 1; ; tries += 1) {
        try {
          await call('InvalidGroup.NotFound', (ec2) => ec2.send(remove));
          return;
        } catch (thrown: unknown) {
          const code = thrown instanceof Error ? awsErrorCode(thrown.cause) : undefined;
          if (code !== 'DependencyViolation' || tries === MAX_DELETE_TRIES) throw thrown;
        }
        await setTimeout(DELETE_AGAIN_MS);
      }
    },
  };
}
