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
  /** The ids of the groups that instances may be launched with; `*` for any. */
  readonly SECURITY_GROUPS: readonly string[];
}

export type PolicyName = 'feederd-policy' | 'nommer-policy';

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
/** Placeholders for one of several: an ARN with one of them stands for as many ARNs. */
const LISTS = {
  '${MEDIA_BUCKET}': 'MEDIA_BUCKETS',
  '${SECURITY_GROUP}': 'SECURITY_GROUPS',
} as const;

type Lists = Pick<PolicyValues, (typeof LISTS)[keyof typeof LISTS]>;

/** A policy of deploy/iam, for one installation. Rights to media are left out while no bucket is named. */
export async function readPolicy(
  name: PolicyName,
  { MEDIA_BUCKETS, SECURITY_GROUPS, ...values }: PolicyValues,
): Promise<Policy> {
  const { Version, Statement } = JSON.parse(
    await readFile(new URL(`${name}.json`, POLICIES), 'utf8'),
    (_, value: unknown) => (typeof value === 'string' ? fill(value, values) : value),
  ) as Policy;
  return {
    Version,
    Statement: Statement.map((statement) => ({
      ...statement,
      Resource: [statement.Resource]
        .flat()
        .flatMap((arn) => forEach(arn, { MEDIA_BUCKETS, SECURITY_GROUPS })),
    })).filter(({ Resource }) => Resource.length > 0),
  };
}

/** Leaves IAM's own variables as they are: their names are no names of ours. */
function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+)\}/gu, (whole, name: string) => values[name] ?? whole);
}

function forEach(arn: string, lists: Lists): readonly string[] {
  const list = Object.entries(LISTS).find(([placeholder]) => arn.includes(placeholder));
  if (list === undefined) return [arn];
  const [placeholder, name] = list;
  return lists[name].map((each) => arn.replaceAll(placeholder, each));
}
