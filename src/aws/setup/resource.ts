/** Something that an installation needs to exist on AWS. */
export interface Resource {
  /** For people: `table`, `queue`, … */
  readonly kind: string;
  readonly name: string;
  /** Whether setup ends when it cannot be looked at or made. The rest can be made by hand, or is optional. */
  readonly isEssential: boolean;
  /** Whether it exists. Changes nothing. */
  isThere(): Promise<boolean>;
  /** Makes it, and waits until it can be used. Somebody else may have made it meanwhile: that is fine. */
  create(): Promise<void>;
  /** Whether setup made it for this very installation: its tag says so. Asked of what is there. */
  isOwn(): Promise<boolean>;
  /** Deletes it. It may be gone already. */
  remove(): Promise<void>;
}

/** By which setup knows again what it made. */
export interface OwnTag {
  readonly Key: string;
  readonly Value: string;
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
