import { CreateTableCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { onTestFinished } from 'vitest';
import { AwsClients, type AwsTimeouts } from '../../src/aws/aws-clients.ts';
import { Ec2Fleet } from '../../src/aws/ec2-fleet.ts';
import { LaunchLedger } from '../../src/aws/launch-ledger.ts';
import type { LaunchSettings } from '../../src/aws/run-instances.ts';
import { nodeStateTable } from '../../src/aws/table-definitions.ts';
import { startEc2Server } from '../doubles/ec2-server/start-ec2-server.ts';
import { awsSettings, openAwsTables } from './open-aws-tables.ts';

export const MINUTE = 60_000;
export const C7I = 'c7i.xlarge/on-demand';

/**
 * EC2 and a ledger on loopback, gone after the test that asked for them. Fleets are those of several
 * feederds of one installation.
 */
export async function openEc2(settings: Partial<LaunchSettings> = {}, timeouts?: AwsTimeouts) {
  const ec2 = await startEc2Server();
  const tables = await openAwsTables();
  const endpoints = { dynamodbEndpoint: tables.endpoint, ec2Endpoint: ec2.endpoint };
  const clients = new AwsClients(awsSettings(endpoints), timeouts);
  onTestFinished(async () => {
    await clients.close();
    await ec2.close();
  });
  const dynamodb = await clients.dynamodb();
  await dynamodb.send(new CreateTableCommand(nodeStateTable('other')));
  /** Milliseconds that clocks are ahead of the system's. */
  const time = { passed: 0 };

  function makeFleet(
    own: Partial<LaunchSettings> = {},
    ledger = new LaunchLedger({ clients, table: tables.nodes }),
  ): Ec2Fleet {
    return new Ec2Fleet({
      clients,
      settings: {
        jobStateTable: 'media_nommer',
        ec2AmiId: 'ami-1',
        ec2KeyName: undefined,
        ec2InstanceTypes: ['c7i.xlarge'],
        ec2SecurityGroups: ['media_nommer', 'sg-1'],
        ec2Subnets: [],
        ec2IamInstanceProfile: 'nodes',
        ec2Market: 'on-demand',
        ...settings,
        ...own,
      },
      ledger,
      userData: '#cloud-config\n',
      clock: { now: () => Date.now() + time.passed, monotonic: () => time.passed },
    });
  }

  return {
    ec2,
    clients,
    table: tables.nodes,
    time,
    makeFleet,
    /** Calls of RunInstances so far. */
    runs: () => ec2.calls.filter((call) => call.get('Action') === 'RunInstances'),
    living: () => ec2.instances.filter(({ state }) => state === 'running'),
    /** As raised by every change of the ledger. */
    ledgerVersion: async () => {
      const Key = { node_id: { S: '#launches' } };
      const { Item } = await dynamodb.send(new GetItemCommand({ TableName: tables.nodes, Key }));
      return Item?.['version']?.N;
    },
  };
}
