import {
  CreateTableCommand,
  DescribeTableCommand,
  waitUntilTableExists,
  type CreateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { AwsClients } from '../aws-clients.ts';
import { awsErrorCode, fromAws } from '../aws-error.ts';
import type { Resource } from './resource.ts';

const WAIT_SECONDS = 300;

export function tableResource(
  clients: AwsClients,
  table: CreateTableCommandInput,
  tag: { readonly Key: string; readonly Value: string },
): Resource {
  const name = table.TableName ?? '';
  return {
    kind: 'table',
    name,
    async isThere() {
      try {
        const dynamodb = await clients.dynamodb();
        await dynamodb.send(new DescribeTableCommand({ TableName: name }));
        return true;
      } catch (thrown: unknown) {
        if (awsErrorCode(thrown) === 'ResourceNotFoundException') return false;
        throw fromAws(thrown, `DynamoDB, table ${name}`);
      }
    },
    async create() {
      const client = await clients.dynamodb();
      try {
        await client.send(new CreateTableCommand({ ...table, Tags: [tag] }));
      } catch (thrown: unknown) {
        if (awsErrorCode(thrown) !== 'ResourceInUseException') {
          throw fromAws(thrown, `DynamoDB, table ${name}`);
        }
      }
      await waitUntilTableExists({ client, maxWaitTime: WAIT_SECONDS }, { TableName: name });
    },
  };
}
