import { RunInstancesCommand } from '@aws-sdk/client-ec2';
import { expect, it, onTestFinished } from 'vitest';
import { AwsClients } from '../../src/aws/aws-clients.ts';
import { awsSettings } from '../conformance/open-aws-tables.ts';
import { Installation } from './installation.ts';
import { startAws } from './start-aws.ts';

const NAME = 'media_nommer';

/** An installation with its security group, and instances in it, each with a tag of this value. */
async function begin(...instances: readonly string[]) {
  const aws = await startAws({});
  const here = await Installation.create(aws.env);
  const clients = new AwsClients(awsSettings({ ec2Endpoint: aws.ec2.endpoint }));
  onTestFinished(async () => {
    await here.destroy();
    await clients.close();
    await aws.close();
  });
  await here.mediaNommer(['setup']);
  expect(aws.ec2.groups.map(({ name }) => name)).toEqual([NAME]);
  const ec2 = await clients.ec2();
  for (const Value of instances) {
    const run = new RunInstancesCommand({
      ImageId: 'ami-1',
      MinCount: 1,
      MaxCount: 1,
      SecurityGroups: [NAME],
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'media-nommer', Value }] }],
    });
    await ec2.send(run);
  }
  const deletions = () =>
    aws.ec2.calls.filter((call) => call.get('Action') === 'DeleteSecurityGroup').length;
  return { ec2: aws.ec2, here, deletions };
}

it('deletes the security group as soon as its instances have let go', async () => {
  const { ec2, here, deletions } = await begin(NAME, NAME);
  ec2.faults.holdsGroupFor = 2;
  const screen = await here.mediaNommer(['teardown', '--yes', NAME]);
  expect(screen).toMatch(/deleted +security group +media_nommer/u);
  expect(ec2.instances.map(({ state }) => state)).toEqual(['terminated', 'terminated']);
  expect(ec2.groups).toEqual([]);
  expect(deletions()).toBe(3);
}, 60_000);

it('deletes the rest when EC2 refuses the security group for good', async () => {
  const { ec2, here, deletions } = await begin();
  ec2.faults.refused.set('DeleteSecurityGroup', 'UnauthorizedOperation');
  await expect(here.mediaNommer(['teardown', '--yes', NAME])).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringMatching(
      /failed +security group +media_nommer\n +→ EC2, security group media_nommer: UnauthorizedOperation.*deleted +table +media_nommer/su,
    ) as string,
  });
  expect(ec2.groups).toHaveLength(1);
  expect(deletions()).toBe(1);
}, 60_000);
