import { expect, it } from 'vitest';
import { Ec2Error } from '../doubles/ec2-server/instances.ts';
import { openEc2 } from './open-ec2.ts';

const REQUEST = { count: 1, token: 't', maximum: 9 };

/** An account without a default VPC: subnet-a and -b in one VPC, subnet-c in another. */
async function openVpc(...[settings]: Parameters<typeof openEc2>) {
  const subnets = ['subnet-a', 'subnet-b'];
  const opened = await openEc2({ ec2Subnets: subnets, ...settings });
  const { faults, network } = opened.ec2;
  faults.refuse = (call) =>
    call.has('SubnetId')
      ? undefined
      : new Ec2Error('VPCIdNotSpecified', 'No default VPC for this user');
  network.subnets.set('subnet-a', 'vpc-1').set('subnet-b', 'vpc-1').set('subnet-c', 'vpc-2');
  for (const vpc of ['vpc-2', 'vpc-1', 'vpc-3']) {
    network.groups.push({ id: `sg-of-${vpc}`, name: 'media_nommer', vpc });
  }
  return opened;
}

it('says what to set where there is no default VPC', async () => {
  const { makeFleet } = await openVpc({ ec2Subnets: [] });
  await expect(makeFleet().launch(REQUEST)).rejects.toMatchObject({
    code: 'BAD_SETTING',
    message: expect.stringMatching(/^EC2_SUBNETS: .*VPCIdNotSpecified.*received none$/u),
  });
});

it("launches in the first subnet, with the groups of its VPC that have the settings' names", async () => {
  const { makeFleet, runs } = await openVpc();
  expect(await makeFleet().launch(REQUEST)).toHaveLength(1);
  const [run] = runs();
  expect(run?.get('SubnetId')).toBe('subnet-a');
  expect([run?.get('SecurityGroupId.1'), run?.get('SecurityGroupId.2')]).toEqual([
    'sg-1',
    'sg-of-vpc-1',
  ]);
  expect(run?.has('SecurityGroup.1')).toBe(false);
});

it('tries all subnets for a type before the next type, each market after the other', async () => {
  const { ec2, makeFleet, runs } = await openVpc({
    ec2InstanceTypes: ['a.large', 'b.large'],
    ec2Market: 'spot-then-on-demand',
    ec2Subnets: ['subnet-a', 'subnet-c'],
  });
  ec2.faults.capacity.set('a.large/spot/subnet-a', 1).set('a.large/spot/subnet-c', 1);
  ec2.faults.capacity.set('b.large/spot', 0).set('a.large/on-demand', 0);
  expect(await makeFleet().launch({ ...REQUEST, count: 4 })).toHaveLength(4);
  expect(
    runs().map((call) =>
      ['InstanceType', 'InstanceMarketOptions.MarketType', 'SubnetId', 'SecurityGroupId.2']
        .map((name) => call.get(name) ?? '')
        .join(' '),
    ),
  ).toEqual([
    // One that gave some is asked for the rest.
    'a.large spot subnet-a sg-of-vpc-1',
    'a.large spot subnet-a sg-of-vpc-1',
    'a.large spot subnet-c sg-of-vpc-2',
    'a.large spot subnet-c sg-of-vpc-2',
    'b.large spot subnet-a sg-of-vpc-1',
    'b.large spot subnet-c sg-of-vpc-2',
    'a.large  subnet-a sg-of-vpc-1',
    'a.large  subnet-c sg-of-vpc-2',
    'b.large  subnet-a sg-of-vpc-1',
  ]);
});

it('asks for no groups when all are given by id', async () => {
  const { ec2, makeFleet } = await openVpc({ ec2SecurityGroups: ['sg-1'] });
  expect(await makeFleet().launch(REQUEST)).toHaveLength(1);
  expect(ec2.calls.map((call) => call.get('Action'))).toEqual([
    'DescribeInstances',
    'RunInstances',
  ]);
});

it.each([
  [{ ec2SecurityGroups: ['typo'] }, /^EC2_SECURITY_GROUPS: vpc-1 of subnet-a .*received typo$/u],
  [{ ec2Subnets: ['subnet-typo'] }, /^EC2_SUBNETS: .*received subnet-typo$/u],
])('tells that %j is not there, and holds no room', async (wrong, message) => {
  const { makeFleet } = await openVpc();
  await expect(makeFleet(wrong).launch(REQUEST)).rejects.toMatchObject({
    code: 'BAD_SETTING',
    message: expect.stringMatching(message),
  });
  expect(await makeFleet().launch({ count: 9, token: 'next', maximum: 9 })).toHaveLength(9);
});
