import { describe, expect, it } from 'vitest';
import { Ec2Error } from '../doubles/ec2-server/instances.ts';
import { C7I, MINUTE, openEc2 } from './open-ec2.ts';

const ALL_TRIES_OF_THE_SDK = 5;

describe('a launch that EC2 refuses', () => {
  it.each([
    ['VPCIdNotSpecified', 'No default VPC for this user', 'EC2_SUBNETS'],
    ['InvalidSubnetID.NotFound', "The subnet ID 'subnet-1' does not exist", 'EC2_SUBNETS'],
    ['InvalidGroup.NotFound', "The security group 'x' does not exist", 'EC2_SECURITY_GROUPS'],
    ['InvalidKeyPair.NotFound', "The key pair 'x' does not exist", 'EC2_KEY_NAME'],
    ['AuthFailure', 'Not authorized for images: [ami-1]', 'EC2_AMI_ID'],
    ['InvalidParameterValue', "Invalid value 'x' for InstanceType.", 'EC2_INSTANCE_TYPES'],
    ['InvalidParameterValue', 'Value (x) for iamInstanceProfile.name', 'EC2_IAM_INSTANCE_PROFILE'],
    ['UnauthorizedOperation', 'You are not authorized', 'AWS credentials'],
    ['SomethingNew', 'of which nobody has heard', 'EC2 settings'],
  ])('with %s: %s is about %s, and over at once', async (code, words, setting) => {
    const { ec2, makeFleet, runs } = await openEc2();
    ec2.faults.refuse = () => new Ec2Error(code, words);
    const fleet = makeFleet();
    await expect(fleet.launch({ count: 3, token: 'a', maximum: 3 })).rejects.toMatchObject({
      code: 'BAD_SETTING',
      retryable: false,
      message: expect.stringContaining(`${setting}: EC2 refuses it, ${code}: ${words}`),
    });
    expect(runs()).toHaveLength(1);

    ec2.faults.refuse = () => undefined;
    expect(await makeFleet().launch({ count: 3, token: 'b', maximum: 3 })).toHaveLength(3);
  });

  it.each([
    'AuthFailure.ServiceLinkedRoleCreationNotPermitted',
    'MaxSpotInstanceCountExceeded',
    'Unsupported',
    'InsufficientFreeAddressesInSubnet',
  ])('with %s goes on with what may do instead', async (code) => {
    const { ec2, makeFleet } = await openEc2({ ec2Market: 'spot-then-on-demand' });
    ec2.faults.refuse = (call) =>
      call.has('InstanceMarketOptions.MarketType') ? new Ec2Error(code, 'not so') : undefined;
    expect(await makeFleet().launch({ count: 2, token: 'a', maximum: 2 })).toHaveLength(2);
    expect(ec2.instances.map(({ market }) => market)).toEqual(['on-demand', 'on-demand']);
  });

  it('says what is missing where nothing else may do', async () => {
    const { ec2, makeFleet } = await openEc2({ ec2Market: 'spot' });
    const code = 'AuthFailure.ServiceLinkedRoleCreationNotPermitted';
    ec2.faults.refuse = () => new Ec2Error(code, 'no permission to create the role', 403);
    const launching = makeFleet().launch({ count: 1, token: 'a', maximum: 1 });
    await expect(launching).rejects.toMatchObject({
      code: 'BAD_SETTING',
      retryable: false,
      message: expect.stringMatching(/^EC2_MARKET: .*ServiceLinkedRole.*received spot$/u),
    });
  });

  it('for being one of too many is over, and the next may do', async () => {
    const { ec2, makeFleet } = await openEc2();
    ec2.faults.refuse = () => new Ec2Error('RequestLimitExceeded', 'Request limit exceeded.', 503);
    const fleet = makeFleet();
    await expect(fleet.launch({ count: 1, token: 'a', maximum: 1 })).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryable: true,
    });
    ec2.faults.refuse = () => undefined;
    expect(await fleet.launch({ count: 1, token: 'b', maximum: 1 })).toHaveLength(1);
  });

  it('after its answer was lost may have started nodes: they keep their room', async () => {
    const { ec2, time, makeFleet, living } = await openEc2();
    ec2.faults.lagCalls = 1000;
    ec2.faults.lostReplies = ALL_TRIES_OF_THE_SDK;
    const fleet = makeFleet();
    const request = { count: 2, token: 'a', maximum: 2 };
    await expect(fleet.launch(request)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    ec2.faults.refused.set('RunInstances', 'UnauthorizedOperation');
    await expect(fleet.launch(request)).rejects.toMatchObject({ code: 'BAD_SETTING' });
    ec2.faults.refused.clear();
    expect(await fleet.launch({ count: 2, token: 'b', maximum: 2 })).toEqual([]);
    expect(living()).toHaveLength(2);
    time.passed = 11 * MINUTE;
    ec2.instances.forEach((instance) => (instance.hiddenFor = 0));
    expect(await fleet.launch({ count: 2, token: 'b', maximum: 3 })).toHaveLength(1);
  });
});

describe('the token of a launch', () => {
  it('may be used for another count after a refusal, though EC2 remembers the refused call', async () => {
    const { ec2, time, makeFleet, runs } = await openEc2();
    ec2.faults.capacity.set(C7I, 0);
    const fleet = makeFleet();
    await expect(fleet.launch({ count: 1, token: 'a', maximum: 3 })).rejects.toThrow(/capacity/u);
    ec2.faults.capacity.clear();
    time.passed = 6 * MINUTE;
    expect(await fleet.launch({ count: 2, token: 'a', maximum: 3 })).toHaveLength(2);
    expect(new Set(runs().map((call) => call.get('ClientToken'))).size).toBe(2);
  });

  it('gets what is left of a type, and the rest of the next, though counts differ', async () => {
    const types = ['a.large', 'b.large'];
    const { ec2, time, makeFleet } = await openEc2({ ec2InstanceTypes: types });
    const fleet = makeFleet();
    const request = { count: 3, token: 'a', maximum: 3 };
    ec2.faults.capacity.set('a.large/on-demand', 0).set('b.large/on-demand', 0);
    await expect(fleet.launch(request)).rejects.toThrow(/capacity/u);
    ec2.faults.capacity.set('a.large/on-demand', 1).set('b.large/on-demand', 9);
    time.passed = 6 * MINUTE;
    expect(await fleet.launch(request)).toHaveLength(3);
    expect(ec2.instances.map(({ type }) => type)).toEqual(['a.large', 'b.large', 'b.large']);
  });

  it.each([{ forgetsEnded: false }, { forgetsEnded: true }])(
    'is spent when its nodes have come and gone (EC2 forgets them: $forgetsEnded)',
    async ({ forgetsEnded }) => {
      const { ec2, time, makeFleet } = await openEc2();
      ec2.faults.forgetsEnded = forgetsEnded;
      ec2.faults.lostReplies = ALL_TRIES_OF_THE_SDK;
      const fleet = makeFleet();
      const request = { count: 2, token: 'a', maximum: 2 };
      await expect(fleet.launch(request)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      ec2.instances.forEach((instance) => (instance.state = 'terminated'));
      time.passed = 12 * MINUTE;
      expect(await fleet.launch(request)).toEqual([]);
      expect(await fleet.launch(request)).toEqual([]);
      expect(await fleet.launch({ count: 2, token: 'b', maximum: 2 })).toHaveLength(2);
    },
  );

  it('is spent when EC2 knows another call by it: what is described of it is what there is', async () => {
    const { ec2, makeFleet, living } = await openEc2();
    ec2.faults.lagCalls = 1;
    ec2.faults.lostReplies = ALL_TRIES_OF_THE_SDK;
    const request = { count: 2, token: 'a', maximum: 3 };
    await expect(makeFleet().launch(request)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const changed = makeFleet({ ec2KeyName: 'changed' });
    ec2.faults.images.add('ami-2');
    const nodes = await changed.launch(request);
    expect(nodes.map(({ nodeId }) => nodeId)).toEqual(ec2.instances.map(({ id }) => id));
    expect(await changed.launch({ count: 3, token: 'b', maximum: 3 })).toHaveLength(1);
    expect(living()).toHaveLength(3);
  });

  it('keeps the room of what EC2 does not describe yet', async () => {
    const { ec2, time, makeFleet } = await openEc2();
    ec2.faults.lagCalls = 1000;
    ec2.faults.lostReplies = ALL_TRIES_OF_THE_SDK;
    const request = { count: 2, token: 'a', maximum: 3 };
    await expect(makeFleet().launch(request)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const changed = makeFleet({ ec2KeyName: 'changed' });
    expect(await changed.launch(request)).toEqual([]);
    expect(await changed.launch({ count: 3, token: 'b', maximum: 3 })).toHaveLength(1);
    time.passed = 11 * MINUTE;
    expect(await changed.launch({ count: 2, token: 'c', maximum: 2 })).toHaveLength(2);
  });
});

describe('a call of RunInstances without an answer', () => {
  it('leaves open what came of it; the same launch finds out', async () => {
    const timeouts = { connectMs: 1000, answerMs: 100, promptMs: 1000 };
    const { ec2, makeFleet, living } = await openEc2({}, timeouts);
    ec2.faults.silentReplies = ALL_TRIES_OF_THE_SDK;
    const fleet = makeFleet();
    const request = { count: 2, token: 'a', maximum: 2 };
    await expect(fleet.launch(request)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await fleet.launch(request)).toHaveLength(2);
    expect(living()).toHaveLength(2);
  });

  it('that is done late starts no second batch', async () => {
    const timeouts = { connectMs: 1000, answerMs: 150, promptMs: 1000 };
    const { ec2, makeFleet, living } = await openEc2({}, timeouts);
    ec2.faults.runDelayMs = 3000;
    const fleet = makeFleet();
    const request = { count: 2, token: 'a', maximum: 3 };
    await expect(fleet.launch(request)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    ec2.faults.runDelayMs = 0;
    expect(await fleet.launch({ count: 3, token: 'b', maximum: 3 })).toHaveLength(1);
    expect(await fleet.launch(request)).toHaveLength(2);
    await new Promise((resolve) => setTimeout(resolve, 3500));
    expect(living()).toHaveLength(3);
  }, 20_000);
});
