/** Something that an installation needs to exist on AWS. */
export interface Resource {
  /** For people: `table`, `queue`, … */
  readonly kind: string;
  readonly name: string;
  /** Whether it exists. Changes nothing. */
  isThere(): Promise<boolean>;
  /** Makes it, and waits until it can be used. Somebody else may have made it meanwhile: that is fine. */
  create(): Promise<void>;
}
