import { readFile } from 'node:fs/promises';

export interface PolicyValues {
  /** `aws`; in China and GovCloud another one. */
  readonly PARTITION: string;
  readonly REGION: string;
  readonly ACCOUNT: string;
  readonly JOB_TABLE: string;
  readonly NODE_TABLE: string;
  readonly NEW_JOB_QUEUE: string;
  readonly STATE_CHANGE_QUEUE: string;
  readonly CONFIG_BUCKET: string;
  readonly NOMMER_ROLE: string;
  /** Where nodes may read and write media. */
  readonly MEDIA_BUCKETS: readonly string[];
}

export interface Policy {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: OneOrMore;
  readonly Resource: OneOrMore;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore>>>>;
}

type OneOrMore = string | readonly string[];

const POLICIES = new URL('../../../deploy/iam/', import.meta.url);
const MEDIA_BUCKET = '${MEDIA_BUCKET}';

/** A policy of deploy/iam, for one installation. Rights to media are left out while no bucket is named. */
export async function readPolicy(
  name: 'feederd-policy' | 'nommer-policy',
  { MEDIA_BUCKETS, ...values }: PolicyValues,
): Promise<Policy> {
  const { Version, Statement } = JSON.parse(
    await readFile(new URL(`${name}.json`, POLICIES), 'utf8'),
    (_, value: unknown) => (typeof value === 'string' ? fill(value, values) : value),
  ) as Policy;
  return {
    Version,
    Statement: Statement.map((statement) => ({
      ...statement,
      Resource: [statement.Resource].flat().flatMap((arn) => forMedia(arn, MEDIA_BUCKETS)),
    })).filter(({ Resource }) => Resource.length > 0),
  };
}

/** Leaves IAM's own variables as they are: their names are no names of ours. */
function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+)\}/gu, (whole, name: string) => values[name] ?? whole);
}

function forMedia(arn: string, buckets: readonly string[]): readonly string[] {
  if (!arn.includes(MEDIA_BUCKET)) return [arn];
  return buckets.map((bucket) => arn.replaceAll(MEDIA_BUCKET, bucket));
}
