import type { Resource } from '../choose-place.ts';

export type StepState =
  | 'there'
  | 'missing'
  /** There, and not as it should be. */
  | 'differs'
  | 'created'
  | 'changed'
  /** To be deleted. */
  | 'delete'
  /** Not to be deleted. */
  | 'leave'
  | 'deleted'
  /** Was not there to be deleted. */
  | 'gone'
  /** AWS did not tell. */
  | 'unknown'
  | 'failed'
  /** Not tried, for what it needs is not there. */
  | 'skipped';

/** What was done with one thing on AWS, or is to be done. */
export interface Step {
  readonly kind: Resource['kind'];
  readonly name: string;
  readonly state: StepState;
  readonly detail?: string;
  /** Given where something is not as it should be. */
  readonly error?: string;
}
