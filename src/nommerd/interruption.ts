/**
 * Why an attempt has to stop before its end. Thrown through everything that works for the attempt; not
 * an error of the job.
 */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  readonly kind: InterruptionKind;

  constructor(kind: InterruptionKind) {
    super(WHY[kind]);
    this.kind = kind;
  }
}

const WHY = {
  'claim-lost': 'the job is no longer ours',
  cancelled: 'somebody cancelled the job',
  'handed-over': 'the node is stopping',
} as const;

export type InterruptionKind = keyof typeof WHY;
