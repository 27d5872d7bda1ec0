import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { expect, onTestFinished, vi } from 'vitest';
import { AwsClients, type AwsClientSettings } from '../../src/aws/aws-clients.ts';
import { DynamodbJobStore } from '../../src/aws/dynamodb-job-store.ts';
import { DynamodbLeadership } from '../../src/aws/dynamodb-leadership.ts';
import { DynamodbNodeStates } from '../../src/aws/dynamodb-node-states.ts';
import { jobTable, nodeStateTable } from '../../src/aws/table-definitions.ts';

const JOBS = 'media_nommer_jobs';
const NODES = 'media_nommer_nodes';

export interface AwsTables {
  readonly endpoint: string;
  readonly clients: AwsClients;
  readonly jobs: string;
  readonly nodes: string;
  readonly store: DynamodbJobStore;
  readonly leadership: DynamodbLeadership;
  readonly nodeStates: DynamodbNodeStates;
}

/** A DynamoDB server on loopback with the two tables, empty; gone after the test that asked for it. */
export async function openAwsTables(): Promise<AwsTables> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients = awsClientsOf(endpoint);
  const client = await clients.dynamodb();
  await client.send(new CreateTableCommand(jobTable(JOBS)));
  await client.send(new CreateTableCommand(nodeStateTable(NODES)));
  for (const TableName of [JOBS, NODES]) {
    await vi.waitFor(async () => {
      const { Table } = await client.send(new DescribeTableCommand({ TableName }));
      expect(Table?.TableStatus).toBe('ACTIVE');
    });
  }
  return { endpoint, clients, jobs: JOBS, nodes: NODES, ...stores(clients) };
}

/** The stores in the same tables as another process would have them, by way of `endpoint`. */
export function reopenAwsTables(endpoint: string): Omit<AwsTables, 'jobs' | 'nodes'> {
  const clients = awsClientsOf(endpoint);
  return { endpoint, clients, ...stores(clients) };
}

function stores(clients: AwsClients) {
  return {
    store: new DynamodbJobStore({ clients, table: JOBS }),
    leadership: new DynamodbLeadership({ clients, table: NODES }),
    nodeStates: new DynamodbNodeStates({ clients, table: NODES }),
  };
}

function awsClientsOf(dynamodbEndpoint: string): AwsClients {
  const clients = new AwsClients(awsSettings({ dynamodbEndpoint }));
  onTestFinished(() => clients.close());
  return clients;
}

/** What clients need to speak to servers on loopback, which ask for no real credentials. */
export function awsSettings(endpoints: Partial<AwsClientSettings>): AwsClientSettings {
  return {
    awsRegion: 'us-east-1',
    awsAccessKeyId: 'id',
    awsSecretAccessKey: 'secret',
    dynamodbEndpoint: undefined,
    sqsEndpoint: undefined,
    ec2Endpoint: undefined,
    s3Endpoint: undefined,
    iamEndpoint: undefined,
    ...endpoints,
  };
}
