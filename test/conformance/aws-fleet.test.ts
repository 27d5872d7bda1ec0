import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AwsClients } from '../../src/aws/aws-clients.ts';
import { Ec2Fleet } from '../../src/aws/ec2-fleet.ts';
import { LaunchLedger } from '../../src/aws/launch-ledger.ts';
import type { LaunchSettings } from '../../src/aws/run-instances.ts';
import { startEc2Server, type Ec2Server } from '../doubles/ec2-server/start-ec2-server.ts';
import { describeFleet } from './fleet.ts';

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
    const { ec2, makeFleet } = await openEc2();
    ec2.faults.capacity.set('c7i.xlarge/on-demand', 0);
    let time = 0;
    const fleet = makeFleet({}, { now: () => Date.now(), monotonic: () => time });
    const request = { count: 1, token: 't', maximum: 1 };
    await expect(fleet.launch(request)).rejects.toThrow(/InsufficientInstanceCapacity|capacity/u);
    ec2.faults.capacity.clear();
    await expect(fleet.launch(request)).rejects.toThrow(/a short while ago.*c7i\.xlarge/u);
    time = 300_000;
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
    const { ec2, makeFleet } = await openEc2();
    const [foreign] = await makeFleet({ jobStateTable: 'other', nommerStateTable: 'other' }).launch(
      {
        count: 1,
        token: 't',
        maximum: 1,
      },
    );
    const fleet = makeFleet({}, undefined, 'second');
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

  it('does not start a batch twice when EC2 throttles', async () => {
    const { ec2, makeFleet } = await openEc2();
    ec2.faults.throttled = 2;
    expect(await makeFleet().launch({ count: 2, token: 't', maximum: 5 })).toHaveLength(2);
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

type Time = { now(): number; monotonic(): number };

async function openEc2(changes: Partial<LaunchSettings> = {}) {
  const ec2: Ec2Server = await startEc2Server();
  const tables = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  tables.listen(0, '127.0.0.1');
  await once(tables, 'listening');
  const { port } = tables.address() as AddressInfo;
  const clients = new AwsClients({
    awsRegion: 'us-east-1',
    awsAccessKeyId: 'id',
    awsSecretAccessKey: 'secret',
    dynamodbEndpoint: `http://127.0.0.1:${port}`,
    ec2Endpoint: ec2.endpoint,
    sqsEndpoint: undefined,
    s3Endpoint: undefined,
    iamEndpoint: undefined,
  });
  onTestFinished(async () => {
    await clients.close();
    await ec2.close();
    tables.close();
  });
  const dynamodb = await clients.dynamodb();
  for (const table of ['nodes', 'second', 'other']) {
    await dynamodb.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'node_id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'node_id', KeyType: 'HASH' }],
      }),
    );
  }
  function makeFleet(
    own: Partial<LaunchSettings> & { nommerStateTable?: string } = {},
    clock?: Time,
    table = 'nodes',
  ) {
    const settings: LaunchSettings = {
      jobStateTable: 'media_nommer',
      ec2AmiId: 'ami-1',
      ec2KeyName: undefined,
      ec2InstanceTypes: ['c7i.xlarge'],
      ec2SecurityGroups: ['media_nommer', 'sg-1'],
      ec2IamInstanceProfile: 'nodes',
      ec2Market: 'on-demand',
      ...changes,
      ...own,
    };
    const ledger = new LaunchLedger({ clients, table: own.nommerStateTable ?? table });
    const userData = '#cloud-config\n';
    return new Ec2Fleet({ clients, settings, ledger, userData, ...(clock && { clock }) });
  }
  return { ec2, makeFleet };
}
