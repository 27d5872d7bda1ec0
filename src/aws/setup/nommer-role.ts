import { isDeepStrictEqual } from 'node:util';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  waitUntilInstanceProfileExists,
  waitUntilRoleExists,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { NommerError } from '../../core/errors.ts';
import type { AwsClients } from '../aws-clients.ts';
import { callAws } from '../aws-error.ts';
import { readPolicy, type PolicyValues } from './read-policy.ts';
import { bears, type OwnTag, type Resource } from './resource.ts';

export interface NommerRole {
  /** Of the role and of the instance profile. */
  readonly name: string;
  readonly tag: OwnTag;
  /** All but what the role's own ARN tells. */
  readonly values: Omit<PolicyValues, 'PARTITION' | 'ACCOUNT' | 'NOMMER_ROLE'>;
}

const POLICY_NAME = 'media-nommer';
/** IAM tells of new things with some delay. */
const WAIT_SECONDS = 60;
const NO_ENTITY = 'NoSuchEntity';
const EXISTS = 'EntityAlreadyExists';
const TRUST = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'ec2.amazonaws.com' },
      Action: 'sts:AssumeRole',
    },
  ],
};

/** What nodes may do: a role, its policy, and the instance profile that brings it to them. */
export function nommerRoleResources(
  clients: AwsClients,
  { name, tag, values }: NommerRole,
): readonly Resource[] {
  const entity = { kind: 'role', name, isEssential: false };
  const call = <T>(fine: readonly string[], act: (iam: IAMClient) => Promise<T>) =>
    callAws(
      `IAM, ${name}`,
      async () => act(await clients.iam()),
      // IAM's codes have an ending in some servers' answers: NoSuchEntityException.
      fine.flatMap((code) => [code, `${code}Exception`]),
    );
  const getRole = async () => {
    const get = new GetRoleCommand({ RoleName: name });
    return (await call([NO_ENTITY], (iam) => iam.send(get)))?.Role;
  };
  const getProfile = async () => {
    const get = new GetInstanceProfileCommand({ InstanceProfileName: name });
    return (await call([NO_ENTITY], (iam) => iam.send(get)))?.InstanceProfile;
  };
  const policy = async () => {
    const [, PARTITION = '', , , ACCOUNT = ''] = (await getRole())?.Arn?.split(':') ?? [];
    return await readPolicy('nommer-policy', { ...values, PARTITION, ACCOUNT, NOMMER_ROLE: name });
  };
  const isOwnRole = async () => bears((await getRole())?.Tags, tag);

  const role: Resource = {
    ...entity,
    isThere: async () => (await getRole()) !== undefined,
    async create() {
      const create = new CreateRoleCommand({
        RoleName: name,
        Description: 'Nodes of media-nommer',
        AssumeRolePolicyDocument: JSON.stringify(TRUST),
        Tags: [tag],
      });
      await call([EXISTS], (iam) => iam.send(create));
      await call([], (client) =>
        waitUntilRoleExists({ client, maxWaitTime: WAIT_SECONDS }, { RoleName: name }),
      );
    },
    isOwn: isOwnRole,
    async remove() {
      await call([NO_ENTITY], (iam) => iam.send(new DeleteRoleCommand({ RoleName: name })));
    },
  };
  const at = { RoleName: name, PolicyName: POLICY_NAME };
  const rolePolicy: Resource = {
    ...entity,
    kind: 'role policy',
    async isThere() {
      const own = await call([NO_ENTITY], (iam) => iam.send(new GetRolePolicyCommand(at)));
      const text = own?.PolicyDocument;
      // What others made is theirs to fill, and no bucket named means that nothing is to change.
      if (text === undefined) return (await getRole()) !== undefined && !(await isOwnRole());
      if (values.MEDIA_BUCKETS.length === 0) return true;
      return isDeepStrictEqual(JSON.parse(decodeURIComponent(text)), await policy());
    },
    async create() {
      if (!(await isOwnRole())) {
        throw new NommerError('BAD_SETTING', `IAM: the role ${name} is not of this installation`);
      }
      const put = new PutRolePolicyCommand({
        ...at,
        PolicyDocument: JSON.stringify(await policy()),
      });
      await call([], (iam) => iam.send(put));
    },
    isOwn: isOwnRole,
    async remove() {
      await call([NO_ENTITY], (iam) => iam.send(new DeleteRolePolicyCommand(at)));
    },
  };
  const InstanceProfileName = name;
  const both = { InstanceProfileName, RoleName: name };
  const profile: Resource = {
    ...entity,
    kind: 'instance profile',
    isThere: async () => ((await getProfile())?.Roles ?? []).length > 0,
    async create() {
      const create = new CreateInstanceProfileCommand({ InstanceProfileName, Tags: [tag] });
      await call([EXISTS], (iam) => iam.send(create));
      await call([], (client) =>
        waitUntilInstanceProfileExists(
          { client, maxWaitTime: WAIT_SECONDS },
          { InstanceProfileName },
        ),
      );
      // LimitExceeded: it has one already.
      const add = new AddRoleToInstanceProfileCommand(both);
      await call([EXISTS, 'LimitExceeded'], (iam) => iam.send(add));
    },
    isOwn: async () => bears((await getProfile())?.Tags, tag),
    async remove() {
      const take = new RemoveRoleFromInstanceProfileCommand(both);
      await call([NO_ENTITY], (iam) => iam.send(take));
      const remove = new DeleteInstanceProfileCommand({ InstanceProfileName });
      await call([NO_ENTITY], (iam) => iam.send(remove));
    },
  };
  return [role, rolePolicy, profile];
}
