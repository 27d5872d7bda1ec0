import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback } from './listen-on-loopback.ts';

export interface AccountServer {
  readonly env: { readonly EC2_ENDPOINT: string; readonly IAM_ENDPOINT: string };
  /** By kind and name, for example `role media_nommer_nommer`. */
  readonly things: Map<string, Thing>;
  /** By action: the code with which it is refused. */
  readonly refused: Map<string, string>;
  close(): Promise<void>;
}

export interface Thing {
  /** Tag, value. */
  readonly tag: readonly [key: string, value: string];
  /** A policy's document, the role of an instance profile, or the VPC of a security group. */
  content?: string;
  /** Of a role. */
  readonly path?: string;
}

type Reply = string | { readonly refused: string };

/** Speaks as much of EC2's and IAM's Query protocols as setup and teardown need. */
export async function startAccountServer(): Promise<AccountServer> {
  const things = new Map<string, Thing>();
  const refused = new Map<string, string>();
  const server = createServer((request, response) => {
    void (async () => {
      const query = new URLSearchParams(await text(request));
      const action = query.get('Action') ?? '';
      const code = refused.get(action);
      const reply = code === undefined ? perform(things, action, query) : { refused: code };
      if (typeof reply === 'string') {
        const result = `<${action}Result>${reply}</${action}Result>`;
        const isIam = query.get('Version') === '2010-05-08';
        response.end(`<${action}Response>${isIam ? result : reply}</${action}Response>`);
        return;
      }
      const error = `<Error><Code>${reply.refused}</Code><Message>${reply.refused}</Message></Error>`;
      const status = reply.refused === 'NoSuchEntity' ? 404 : 400;
      response.writeHead(status).end(`<Response><Errors>${error}</Errors>${error}</Response>`);
    })();
  });
  const { url, close } = await listenOnLoopback(server);
  return {
    env: { EC2_ENDPOINT: url, IAM_ENDPOINT: url },
    things,
    refused,
    close,
  };
}

function perform(things: Map<string, Thing>, action: string, query: URLSearchParams): Reply {
  const kind = KINDS.find(([ending]) => action.endsWith(ending))?.[1] ?? '';
  const name = NAMES.map((each) => query.get(each)).find((each) => each !== null) ?? '';
  const id = `${kind} ${name}`;
  const missing = { refused: MISSING[kind] ?? 'NoSuchEntity' };
  const thing = things.get(id);
  switch (action) {
    case 'DescribeInstances':
      return '<reservationSet/>';
    case 'RunInstances':
      return { refused: query.get('DryRun') === 'true' ? 'DryRunOperation' : 'InternalError' };
    case 'DescribeSubnets': {
      const subnet = query.get('SubnetId.1') ?? '';
      return `<subnetSet><item><subnetId>${subnet}</subnetId><vpcId>vpc-of-${subnet}</vpcId></item></subnetSet>`;
    }
    case 'ListRoles': {
      const prefix = query.get('PathPrefix') ?? '/';
      const roles = [...things].filter(([, { path }]) => path?.startsWith(prefix));
      const items = roles.map(
        ([key, { path }]) => `<member><RoleName>${key}</RoleName><Path>${path}</Path></member>`,
      );
      return `<Roles>${items.join('')}</Roles>`;
    }
    case 'CreateServiceLinkedRole':
      things.set('role AWSServiceRoleForEC2Spot', { tag: ['', ''] });
      return describe('role', 'AWSServiceRoleForEC2Spot', undefined);
    case 'DescribeImages':
      return name === 'ami-1'
        ? '<imagesSet><item><imageId>ami-1</imageId></item></imagesSet>'
        : { refused: 'InvalidAMIID.NotFound' };
    case 'PutRolePolicy':
    case 'CreateRole':
    case 'CreateInstanceProfile':
    case 'CreateSecurityGroup': {
      if (thing !== undefined && action !== 'PutRolePolicy') return { refused: EXISTS[kind] ?? '' };
      const content = query.get('PolicyDocument') ?? query.get('VpcId');
      things.set(id, { tag: tagOf(query), ...(content !== null && { content }) });
      return describe(kind, name, things.get(id));
    }
    case 'AddRoleToInstanceProfile':
      if (thing !== undefined) thing.content = query.get('RoleName') ?? '';
      return '';
    case 'RemoveRoleFromInstanceProfile':
      delete thing?.content;
      return '';
    default:
      if (thing === undefined) return missing;
      if (!action.startsWith('Delete')) return describe(kind, name, thing);
      things.delete(id);
      return '';
  }
}

const KINDS = [
  ['RolePolicy', 'role policy'],
  ['InstanceProfile', 'instance profile'],
  ['Role', 'role'],
  ['SecurityGroup', 'security group'],
  ['SecurityGroups', 'security group'],
] as const;
const NAMES = [
  'InstanceProfileName',
  'RoleName',
  'GroupName',
  'GroupName.1',
  'GroupId',
  // Of the filters, the second one is that by name.
  'Filter.2.Value.1',
  'ImageId.1',
];
const MISSING: Readonly<Record<string, string>> = { 'security group': 'InvalidGroup.NotFound' };
const EXISTS: Readonly<Record<string, string>> = {
  'security group': 'InvalidGroup.Duplicate',
  role: 'EntityAlreadyExists',
  'instance profile': 'EntityAlreadyExists',
};

function tagOf(query: URLSearchParams): readonly [string, string] {
  const prefix = query.has('TagSpecification.1.Tag.1.Key')
    ? 'TagSpecification.1.Tag.1'
    : 'Tags.member.1';
  return [query.get(`${prefix}.Key`) ?? '', query.get(`${prefix}.Value`) ?? ''];
}

function describe(kind: string, name: string, thing: Thing | undefined): string {
  const [key, value] = thing?.tag ?? [];
  const path = thing?.path ?? '/';
  const tags = `<Tags><member><Key>${key}</Key><Value>${value}</Value></member></Tags>`;
  const role = (of: string) =>
    `<RoleName>${of}</RoleName><Arn>arn:aws:iam::111122223333:role${path}${of}</Arn>`;
  switch (kind) {
    case 'role':
      return `<Role>${role(name)}${tags}</Role>`;
    case 'role policy':
      return `<PolicyDocument>${encodeURIComponent(thing?.content ?? '')}</PolicyDocument>`;
    case 'instance profile': {
      const roles = thing?.content === undefined ? '' : `<member>${role(thing.content)}</member>`;
      return `<InstanceProfile><Roles>${roles}</Roles>${tags}</InstanceProfile>`;
    }
    default:
      return (
        `<groupId>${name}</groupId><securityGroupInfo><item><groupId>${name}</groupId><groupName>${name}</groupName>` +
        (thing?.content === undefined ? '' : `<vpcId>${thing.content}</vpcId>`) +
        `<tagSet><item><key>${key}</key><value>${value}</value></item></tagSet></item></securityGroupInfo>`
      );
  }
}
