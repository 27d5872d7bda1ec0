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
import { callAws } from '../aws-error.ts';
import { bears, found, MISSING, ownership, type Resource, type SetupTools } from './resource.ts';
import { tableDifferences } from './table-differences.ts';

/** Left to itself, the SDK looks every 20 seconds. */
const WAITING = { minDelay: 1, maxDelay: 5, maxWaitTime: 300 };
/** Of a server that speaks DynamoDB without tags. */
const UNKNOWN_CALL = 'UnknownOperationException';
const NO_TABLE = 'ResourceNotFoundException';

/** A table. What it is made of is never changed: jobs are in it. */
export function tableResource(
  { clients, tag, onWait }: SetupTools,
  table: CreateTableCommandInput,
): Resource {
  const name = table.TableName ?? '';
  const call = <T>(fine: readonly string[], act: (client: DynamoDBClient) => Promise<T>) =>
    callAws(`DynamoDB, table ${name}`, async () => act(await clients.dynamodb()), fine);
  const describe = async () => {
    const ask = new DescribeTableCommand({ TableName: name });
    return (await call([NO_TABLE], (client) => client.send(ask)))?.Table;
  };
  const exists = () =>
    call([], (client) => waitUntilTableExists({ client, ...WAITING }, { TableName: name }));
  const isGone = () =>
    call([], (client) => waitUntilTableNotExists({ client, ...WAITING }, { TableName: name }));
  async function isTagged(ResourceArn: string | undefined): Promise<boolean> {
    const tags: Tag[] = [];
    let NextToken: string | undefined;
    do {
      const start = NextToken === undefined ? {} : { NextToken };
      const page = await call([NO_TABLE, UNKNOWN_CALL], (client) =>
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
    async look() {
      const there = await describe();
      if (there === undefined || there.TableStatus === 'DELETING') return MISSING;
      return found({
        isOwn: await ownership(() => isTagged(there.TableArn)),
        differences: [...tableDifferences(table, there)],
        arn: there.TableArn,
        canRepair: there.TableStatus === 'CREATING',
      });
    },
    async create() {
      if ((await describe())?.TableStatus === 'DELETING') {
        onWait(`for the table ${name} to be gone`);
        await isGone();
      }
      const created = await call(['ResourceInUseException'], (client) =>
        client.send(new CreateTableCommand({ ...table, Tags: [tag] })),
      );
      await exists();
      const ResourceArn = created?.TableDescription?.TableArn;
      // Not every server that speaks DynamoDB takes tags at creation. What others made gets none.
      if (ResourceArn === undefined || (await isTagged(ResourceArn))) return;
      await call([UNKNOWN_CALL], (client) =>
        client.send(new TagResourceCommand({ ResourceArn, Tags: [tag] })),
      );
    },
    async repair() {
      await exists();
    },
    async remove() {
      await call([NO_TABLE], (client) => client.send(new DeleteTableCommand({ TableName: name })));
      await isGone();
    },
  };
}
