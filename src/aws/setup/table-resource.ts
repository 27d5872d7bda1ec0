import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  ListTagsOfResourceCommand,
  TagResourceCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
  type CreateTableCommandInput,
  type DynamoDBClient,
  type Tag,
} from '@aws-sdk/client-dynamodb';
import type { AwsClients } from '../aws-clients.ts';
import { callAws } from '../aws-error.ts';
import { bears, type OwnTag, type Resource } from './resource.ts';

/** Left to itself, the SDK looks every 20 seconds. */
const WAITING = { minDelay: 1, maxDelay: 5, maxWaitTime: 300 };
/** Of a server that speaks DynamoDB without tags. */
const UNKNOWN_CALL = 'UnknownOperationException';

export function tableResource(
  clients: AwsClients,
  table: CreateTableCommandInput,
  tag: OwnTag,
): Resource {
  const name = table.TableName ?? '';
  const call = <T>(fine: readonly string[], act: (client: DynamoDBClient) => Promise<T>) =>
    callAws(`DynamoDB, table ${name}`, async () => act(await clients.dynamodb()), fine);
  const describe = () =>
    call(['ResourceNotFoundException'], (client) =>
      client.send(new DescribeTableCommand({ TableName: name })),
    );
  async function isTagged(ResourceArn: string | undefined): Promise<boolean> {
    const tags: Tag[] = [];
    let NextToken: string | undefined;
    do {
      const start = NextToken === undefined ? {} : { NextToken };
      const page = await call(['ResourceNotFoundException', UNKNOWN_CALL], (client) =>
        client.send(new ListTagsOfResourceCommand({ ResourceArn, ...start })),
      );
      tags.push(...(page?.Tags ?? []));
      NextToken = page?.NextToken === '' ? undefined : page?.NextToken;
    } while (NextToken !== undefined);
    return bears(tags, tag);
  }
  return {
    kind: 'table',
    name,
    isEssential: true,
    isThere: async () => (await describe()) !== undefined,
    async create() {
      const created = await call(['ResourceInUseException'], (client) =>
        client.send(new CreateTableCommand({ ...table, Tags: [tag] })),
      );
      await call([], (client) => waitUntilTableExists({ client, ...WAITING }, { TableName: name }));
      const ResourceArn = created?.TableDescription?.TableArn;
      // Not every server that speaks DynamoDB takes tags at creation. What others made gets none.
      if (ResourceArn === undefined || (await isTagged(ResourceArn))) return;
      await call([UNKNOWN_CALL], (client) =>
        client.send(new TagResourceCommand({ ResourceArn, Tags: [tag] })),
      );
    },
    isOwn: async () => isTagged((await describe())?.Table?.TableArn),
    async remove() {
      await call(['ResourceNotFoundException'], (client) =>
        client.send(new DeleteTableCommand({ TableName: name })),
      );
      await call([], (client) =>
        waitUntilTableNotExists({ client, ...WAITING }, { TableName: name }),
      );
    },
  };
}
