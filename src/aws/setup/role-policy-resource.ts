import { isDeepStrictEqual } from 'node:util';
import {
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { NommerError } from '../../core/errors.ts';
import { NO_ENTITY, type IamCalls } from './iam-calls.ts';
import type { Policy } from './read-policy.ts';
import { bears, found, MISSING, type OwnTag, type Resource } from './resource.ts';

export interface RolePolicy {
  readonly role: Resource;
  /** Those that nodes are to read and write, besides those they may already. */
  readonly mediaBuckets: readonly string[];
  /** What nodes may do. @param roleArn tells partition and account */
  readonly policy: (roleArn: string, mediaBuckets: readonly string[]) => Promise<Policy>;
}

const POLICY_NAME = 'media-nommer';

/** The rights of the nodes: those that this version needs, and to buckets of media that once were named. */
export function rolePolicyResource(
  iam: IamCalls,
  { role, mediaBuckets, policy }: RolePolicy,
  tag: OwnTag,
): Resource {
  const RoleName = role.name;
  const at = { RoleName, PolicyName: POLICY_NAME };

  async function stored(): Promise<Partial<Policy> | undefined> {
    const get = new GetRolePolicyCommand(at);
    const answer = await iam.call(RoleName, [NO_ENTITY], (client) => client.send(get));
    return answer?.PolicyDocument === undefined ? undefined : parse(answer.PolicyDocument);
  }

  async function put(): Promise<void> {
    const owner = await iam.role(RoleName);
    if (owner?.Arn === undefined || !bears(owner.Tags, tag)) {
      throw new NommerError('BAD_SETTING', `IAM: the role ${RoleName} is not of this installation`);
    }
    const buckets = new Set([...mediaBucketsOf(await stored()), ...mediaBuckets]);
    const PolicyDocument = JSON.stringify(await policy(owner.Arn, [...buckets].toSorted()));
    const command = new PutRolePolicyCommand({ ...at, PolicyDocument });
    await iam.call(RoleName, [], (client) => client.send(command));
  }

  return {
    kind: 'role policy',
    name: RoleName,
    needs: [role],
    async look() {
      const owner = await iam.role(RoleName);
      if (owner?.Arn === undefined) return MISSING;
      // What others made is theirs to fill.
      if (!bears(owner.Tags, tag)) {
        const detail = 'the role is not of this installation: its rights are up to its owner';
        return found({ isOwn: false, detail });
      }
      const there = await stored();
      if (there === undefined) return MISSING;
      const old = mediaBucketsOf(there);
      const wanted = await policy(owner.Arn, old);
      const changed = changedParts(there, wanted);
      const added = mediaBuckets.filter((bucket) => !old.includes(bucket));
      const differences = [
        ...(changed === '' ? [] : [`has other rights than this version needs (${changed})`]),
        ...(added.length === 0 ? [] : [`has no right yet to the media in ${added.join(', ')}`]),
      ];
      return found({
        isOwn: true,
        differences,
        names: old,
        detail:
          old.length === 0
            ? 'no bucket of media yet: add one by --media-bucket'
            : `media: ${old.join(', ')}`,
      });
    },
    create: put,
    repair: put,
    async remove() {
      await iam.call(RoleName, [NO_ENTITY], (client) =>
        client.send(new DeleteRolePolicyCommand(at)),
      );
    },
  };
}

/** The buckets that a policy gives rights to, sorted. */
function mediaBucketsOf(policy: Partial<Policy> | undefined): readonly string[] {
  const arns = (policy?.Statement ?? [])
    .filter(({ Sid }) => Sid === 'Media')
    .flatMap(({ Resource }) => Resource);
  const names = arns.map((arn) => /^arn:[\w-]+:s3:::([^/]+)\//u.exec(arn)?.[1] ?? []);
  return [...new Set(names.flat())].toSorted();
}

/** The statements by which two policies differ. */
function changedParts(one: Partial<Policy>, other: Policy): string {
  const all = new Set([...(one.Statement ?? []), ...other.Statement].map(({ Sid }) => Sid));
  return [...all]
    .filter((sid) => !isDeepStrictEqual(statementOf(one, sid), statementOf(other, sid)))
    .join(', ');
}

function statementOf({ Statement }: Partial<Policy>, sid: string) {
  return Statement?.find(({ Sid }) => Sid === sid);
}

/** @param document as IAM stores it, in percent encoding; what is no policy is an empty one */
function parse(document: string): Partial<Policy> {
  try {
    return JSON.parse(decodeURIComponent(document)) as Partial<Policy>;
  } catch {
    return {};
  }
}
