import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  ListTagsOfResourceCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
  type CreateTableCommandInput,
  type DynamoDBClient,
  type Tag,
} from '@aws-sdk/client-dynamodb';
import type { AwsClients } from '../aws-clients.ts';
import { awsErrorCode, fromAws } from '../aws-error.ts';
import { bears, type OwnTag, type Resource } from './resource.ts';

const WAIT_SECONDS = 300;

export function tableResource(
  clients: AwsClients,
  table: CreateTableCommandInput,
  tag: OwnTag,
): Resource {
  const name = table.TableName ?? '';
  /** @param fine a code of AWS that is no failure: the answer is undefined then */
  async function call<T>(
    fine: string,
    act: (client: DynamoDBClient) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await act(await clients.dynamodb());
    } catch (thrown: unknown) {
      if (awsErrorCode(thrown) === fine) return undefined;
      throw fromAws(thrown, `DynamoDB, table ${name}`);
    }
  }
  const describe = () =>
    call('ResourceNotFoundException', (client) =>
      client.send(new DescribeTableCommand({ TableName: name })),
    );
  return {
    kind: 'table',
    name,
    isEssential: true,
    isThere: async () => (await describe()) !== undefined,
    async create() {
      await call('ResourceInUseException', (client) =>
        client.send(new CreateTableCommand({ ...table, Tags: [tag] })),
      );
      await call('', (client) =>
        waitUntilTableExists({ client, maxWaitTime: WAIT_SECONDS }, { TableName: name }),
      );
    },
    async isOwn() {
      const ResourceArn = (await describe())?.Table?.TableArn;
      const tags: Tag[] = [];
      let NextToken: string | undefined;
      do {
        const start = NextToken === undefined ? {} : { NextToken };
        const page = await call('ResourceNotFoundException', (client) =>
          client.send(new ListTagsOfResourceCommand({ ResourceArn, ...start })),
        );
        tags.push(...(page?.Tags ?? []));
        NextToken = page?.NextToken;
      } while (NextToken !== undefined);
      return bears(tags, tag);
    },
    async remove() {
      await call('ResourceNotFoundException', (client) =>
        client.send(new DeleteTableCommand({ TableName: name })),
      );
      await call('', (client) =>
        waitUntilTableNotExists({ client, maxWaitTime: WAIT_SECONDS }, { TableName: name }),
      );
    },
  };
}
