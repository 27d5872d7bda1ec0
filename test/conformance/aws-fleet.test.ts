import { describe, expect, it } from 'vitest';
import { LaunchLedger } from '../../src/aws/launch-ledger.ts';
import { describeFleet } from './fleet.ts';
import { C7I, MINUTE, openEc2 } from './open-ec2.ts';

describeFleet('EC2', async () => (await openEc2()).makeFleet());

describe('EC2 as a fleet', () => {
  it('stays within the maximum while new instances are not described, with two feederds', async () => {
    const { ec2, makeFleet } = await openEc2();
    ec2.faults.lagCalls = 1000;
    const [one, two] = [makeFleet(), makeFleet()];
    await Promise.all(
      ['a', 'b', 'c', 'd'].flatMap((token) =>
        [one, two].map((fleet) => fleet.launch({ count: 2, token, maximum: 3 })),
      ),
    );
    expect(await two.launch({ count: 1, token: 'e', maximum: 3 })).toEqual([]);
    expect(ec2.instances).toHaveLength(3);
    expect(await one.nodes()).toHaveLength(3);
  });

  it('finds the instances of a launch whose answer was lost', async () => {
    const { ec2, makeFleet } = await openEc2();
    ec2.faults.lagCalls = 1000;
    ec2.faults.lostReplies = 100;
    const request = { count: 2, token: 'lost', maximum: 3 };
    await expect(makeFleet().launch(request)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    ec2.faults.lostReplies = 0;
    const other = makeFleet();
    expect(await other.launch({ count: 3, token: 'more', maximum: 3 })).toHaveLength(1);
    const found = await other.launch(request);
    expect(found).toHaveLength(2);
    expect(await other.launch(request)).toEqual(found);
    expect(ec2.instances).toHaveLength(3);
  });

  it('takes what capacity there is and gets the rest of the next type, then market', async () => {
    const { ec2, makeFleet } = await openEc2({
      ec2InstanceTypes: ['c7i.xlarge', 'm7i.xlarge'],
      ec2Market: 'spot-then-on-demand',
    });
    ec2.faults.capacity.set('c7i.xlarge/spot', 1).set('m7i.xlarge/spot', 0);
    expect(await makeFleet().launch({ count: 3, token: 't', maximum: 3 })).toHaveLength(3);
    const got = ec2.instances.map(({ type, market }) => `${type}/${market}`);
    expect(got).toEqual(['c7i.xlarge/spot', 'c7i.xlarge/on-demand', 'c7i.xlarge/on-demand']);
  });

  it('says that there is no capacity, leaves the type alone, and asks again later', async () => {
    const { ec2, makeFleet, time, runs } = await openEc2();
    ec2.faults.capacity.set(C7I, 0);
    const fleet = makeFleet();
    const request = { count: 1, token: 't', maximum: 1 };
    const noCapacity = { code: 'NO_CAPACITY', retryable: true };
    await expect(fleet.launch(request)).rejects.toMatchObject({
      ...noCapacity,
      message: expect.stringMatching(/^EC2_INSTANCE_TYPES: .*c7i\.xlarge.*InsufficientInstanceC/u),
    });
    ec2.faults.capacity.clear();
    await expect(fleet.launch(request)).rejects.toMatchObject(noCapacity);
    // EC2 answers it with status 500; the SDK alone would have asked five times.
    expect(runs()).toHaveLength(1);
    time.passed = 5 * MINUTE;
    expect(await fleet.launch(request)).toHaveLength(1);
  });

  it('says which setting EC2 refuses', async () => {
    const { makeFleet } = await openEc2({ ec2AmiId: 'ami-gone' });
    await expect(makeFleet().launch({ count: 1, token: 't', maximum: 1 })).rejects.toMatchObject({
      code: 'BAD_SETTING',
      message: expect.stringMatching(/^EC2_AMI_ID: .*InvalidAMIID\.NotFound.*received ami-gone$/u),
    });
  });

  it('neither sees nor ends the instances of another installation', async () => {
    const { ec2, clients, makeFleet } = await openEc2();
    const foreigners = new LaunchLedger({ clients, table: 'other' });
    const request = { count: 1, token: 't', maximum: 1 };
    const [foreign] = await makeFleet({ jobStateTable: 'other' }, foreigners).launch(request);
    const fleet = makeFleet();
    expect(await fleet.nodes()).toEqual([]);
    await fleet.terminate([foreign?.nodeId ?? '']);
    expect(ec2.instances.map(({ state }) => state)).toEqual(['running']);
  });

  it('lists and ends nodes over several pages', async () => {
    const { ec2, makeFleet } = await openEc2();
    ec2.faults.pageSize = 2;
    const fleet = makeFleet();
    const nodes = await fleet.launch({ count: 5, token: 't', maximum: 5 });
    expect(await fleet.nodes()).toHaveLength(5);
    await fleet.terminate(nodes.map(({ nodeId }) => nodeId));
    expect(await fleet.nodes()).toEqual([]);
  });

  it('does not start a batch twice when EC2 does it and its answers are lost', async () => {
    const { ec2, makeFleet, runs } = await openEc2();
    ec2.faults.lostReplies = 3;
    expect(await makeFleet().launch({ count: 2, token: 't', maximum: 5 })).toHaveLength(2);
    expect(runs()).toHaveLength(4);
    expect(ec2.instances).toHaveLength(2);
  });

  it('launches instances that end with their system and need a token for their metadata', async () => {
    const { ec2, makeFleet } = await openEc2();
    await makeFleet().launch({ count: 1, token: 't', maximum: 1 });
    const run = ec2.calls.find((call) => call.get('Action') === 'RunInstances');
    expect(run?.get('InstanceInitiatedShutdownBehavior')).toBe('terminate');
    expect(run?.get('MetadataOptions.HttpTokens')).toBe('required');
    expect(run?.getAll('SecurityGroup.1')).toEqual(['media_nommer']);
    expect(run?.get('SecurityGroupId.1')).toBe('sg-1');
    expect(ec2.instances[0]?.userData).toBe('#cloud-config\n');
  });
});
