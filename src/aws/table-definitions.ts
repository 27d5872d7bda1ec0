import type { AttributeDefinition, CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

/**
 * The indexes of the job table. They hold keys alone: what a job's keys are made of changes seldom, so
 * that renewing a lease or noting progress writes no index.
 */
export const JOB_INDEXES = {
  open: { name: 'open', hash: 'open_shard' },
  byDay: { name: 'by_day', hash: 'day' },
  byState: { name: 'by_state', hash: 'job_state' },
} as const;

export type JobIndex = (typeof JOB_INDEXES)[keyof typeof JOB_INDEXES];

/** Keys of items that are no jobs or nodes, in either table, begin so. */
export const RESERVED_KEY_PREFIX = '#';

/** The table of jobs, as CreateTable takes it. */
export function jobTable(name: string): CreateTableCommandInput {
  const indexes = Object.values(JOB_INDEXES);
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['unique_id', 'created', ...indexes.map(({ hash }) => hash)].map(text),
    KeySchema: [{ AttributeName: 'unique_id', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: [
        { AttributeName: index.hash, KeyType: 'HASH' },
        { AttributeName: 'created', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    })),
  };
}

/** The table of heartbeats, as CreateTable takes it. */
export function nodeStateTable(name: string): CreateTableCommandInput {
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [text('node_id')],
    KeySchema: [{ AttributeName: 'node_id', KeyType: 'HASH' }],
  };
}

function text(name: string): AttributeDefinition {
  return { AttributeName: name, AttributeType: 'S' };
}
