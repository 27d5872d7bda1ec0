import type {
  CreateTableCommandInput,
  KeySchemaElement,
  TableDescription,
} from '@aws-sdk/client-dynamodb';

const USABLE = new Set(['ACTIVE', 'UPDATING']);

/** In which way a table is not the one that is wanted; more attributes or indexes do no harm. */
export function* tableDifferences(
  wanted: CreateTableCommandInput,
  table: TableDescription,
): Generator<string, void> {
  const { TableStatus = 'ACTIVE', GlobalSecondaryIndexes: indexes = [] } = table;
  if (!USABLE.has(TableStatus)) yield `is ${TableStatus.toLowerCase()}`;
  yield* keyDifference('', wanted.KeySchema, table.KeySchema);
  for (const { IndexName: name = '', KeySchema } of wanted.GlobalSecondaryIndexes ?? []) {
    const index = indexes.find(({ IndexName }) => IndexName === name);
    if (index === undefined) {
      yield `has no index "${name}"`;
      continue;
    }
    const { IndexStatus = 'ACTIVE' } = index;
    yield* keyDifference(`index "${name}" `, KeySchema, index.KeySchema);
    if (!USABLE.has(IndexStatus)) yield `index "${name}" is ${IndexStatus.toLowerCase()}`;
  }
  for (const { AttributeName, AttributeType } of wanted.AttributeDefinitions ?? []) {
    const type = table.AttributeDefinitions?.find(
      (each) => each.AttributeName === AttributeName,
    )?.AttributeType;
    if (type !== undefined && type !== AttributeType) {
      yield `"${AttributeName}" is of type ${type}, not ${AttributeType}`;
    }
  }
}

function* keyDifference(
  of: string,
  wanted: readonly KeySchemaElement[] | undefined,
  there: readonly KeySchemaElement[] | undefined,
) {
  if (keyOf(wanted) !== keyOf(there)) {
    yield `${of}has the key ${keyOf(there)}, not ${keyOf(wanted)}`;
  }
}

/** The hash key first, as DynamoDB has it. */
function keyOf(schema: readonly KeySchemaElement[] = []): string {
  const byRole = schema.toSorted((a, b) => (a.KeyType ?? '').localeCompare(b.KeyType ?? ''));
  return byRole.map(({ AttributeName }) => `"${AttributeName}"`).join(' + ');
}
