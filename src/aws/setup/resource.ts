import { toNommerError, type NommerError } from '../../core/errors.ts';
import type { AwsClients } from '../aws-clients.ts';

export type ResourceKind =
  | 'table'
  | 'queue'
  | 'bucket'
  | 'security group'
  | 'image'
  | 'role'
  | 'role policy'
  | 'instance profile'
  | 'spot role'
  | 'instance';

/** Something that an installation needs to exist on AWS. */
export interface Resource {
  readonly kind: ResourceKind;
  readonly name: string;
  /** What has to be there before this can be made. */
  readonly needs?: readonly Resource[];
  /** Changes nothing. Rejects when AWS does not tell. */
  look(): Promise<Look>;
  /**
   * Makes it, and waits until it can be used. Somebody else may have made it meanwhile: that is fine.
   * Absent where only a person can make it.
   */
  create?(): Promise<void>;
  /** Makes what differs as it should be. Called only where a look has said that it can. */
  repair?(): Promise<void>;
  /** Asked of an own one: why it cannot be deleted, if it cannot. */
  whyKept?(): Promise<string | undefined>;
  /** Deletes it. It may be gone already. Absent where it is never this installation's. */
  remove?(): Promise<void>;
}

export type Look = Missing | Found;

export interface Missing {
  readonly state: 'missing';
}

export interface Found {
  /** `differs`: something is not as setup would make it. */
  readonly state: 'there' | 'differs';
  /** Whether setup made it for this very installation, by its tag; an error where AWS does not tell. */
  readonly isOwn: boolean | NommerError;
  /** How it differs; or what is worth knowing of it. */
  readonly detail?: string;
  /** Whether `repair` makes it right. */
  readonly canRepair: boolean;
  readonly arn?: string;
  /** What policies have to name: the id of a group, the buckets of media that a role may use. */
  readonly names?: readonly string[];
}

/** By which setup knows again what it made. */
export interface OwnTag {
  readonly Key: string;
  readonly Value: string;
}

/** What all resources of an installation are made with. */
export interface SetupTools {
  readonly clients: AwsClients;
  readonly tag: OwnTag;
  /** Called before a wait that may be long, with what is waited for. */
  readonly onWait: (what: string) => void;
}

export const MISSING: Missing = { state: 'missing' };

/** @param differences in words, none where all is as it should be */
export function found({
  isOwn,
  differences = [],
  detail,
  arn,
  names,
  canRepair = differences.length > 0 && isOwn === true,
}: {
  readonly isOwn: boolean | NommerError;
  readonly differences?: readonly string[];
  readonly detail?: string | undefined;
  readonly arn?: string | undefined;
  readonly names?: readonly string[];
  readonly canRepair?: boolean;
}): Found {
  const all = differences.join('; ');
  const text = all === '' ? detail : all;
  return {
    state: all === '' ? 'there' : 'differs',
    isOwn,
    canRepair,
    ...(text !== undefined && { detail: text }),
    ...(arn !== undefined && { arn }),
    ...(names !== undefined && { names }),
  };
}

/** Asks whose it is: who may look at a thing may not always look at its tags. */
export async function ownership(ask: () => Promise<boolean>): Promise<boolean | NommerError> {
  try {
    return await ask();
  } catch (thrown: unknown) {
    return toNommerError(thrown);
  }
}

/** Whether the tag is among those of a resource, whichever way AWS writes them. */
export function bears(
  tags:
    | readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[]
    | undefined,
  own: OwnTag,
): boolean {
  return tags?.some(({ Key, Value }) => Key === own.Key && Value === own.Value) === true;
}
