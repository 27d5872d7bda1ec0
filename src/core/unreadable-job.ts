import { NommerError } from './errors.ts';

/** A job that is stored in a form which nobody can read: damaged, or not written by media-nommer. */
export interface UnreadableJob {
  readonly id: string;
  /** Completes "it cannot be read as it is stored: …". */
  readonly reason: string;
}

/** Thrown where such a job is asked for. */
export class JobUnreadable extends NommerError implements UnreadableJob {
  readonly id: string;
  readonly reason: string;

  constructor(id: string, reason: string) {
    super('JOB_UNREADABLE', `Job ${id} cannot be read as it is stored: ${reason}`);
    this.id = id;
    this.reason = reason;
  }
}

/** What a list tells of a job that it leaves out. @throws whatever else was thrown */
export function unreadableJob(thrown: unknown): UnreadableJob {
  if (!(thrown instanceof JobUnreadable)) throw thrown;
  return { id: thrown.id, reason: thrown.reason };
}

/** Whether what was thrown says that there is no such job, or none that can be read. */
export function isJobGone(thrown: unknown): boolean {
  const isUnknown = thrown instanceof NommerError && thrown.code === 'UNKNOWN_JOB';
  return isUnknown || thrown instanceof JobUnreadable;
}
