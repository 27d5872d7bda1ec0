import type { EncodingJob } from '../../../src/core/job.ts';
import type { Notification } from '../../../src/core/notification.ts';
import type { Installation } from '../installation.ts';
import type { NodeHost } from '../actors/node-host.ts';
import type { MediaObject } from '../twins/media-twin.ts';
import type { Machine } from '../twins/fleet-twin.ts';
import type { Removed, Taken } from '../twins/queue-twin.ts';
import type { SimProcess } from '../world/sim-process.ts';

/** What truly happens, at the moment when it does: nobody's opinion of it. */
export interface Events {
  stored: StoreStep;
  /** A message is gone from the new-job queue. */
  removed: Removed & { readonly by: SimProcess };
  /** A process receives a message of the new-job queue. */
  received: Taken & { readonly by: SimProcess };
  /** A node begins an attempt. */
  begun: { readonly node: NodeHost };
  /** A machine goes of which its node was told so long before. */
  takenBack: { readonly node: NodeHost; readonly noticeMs: number };
  published: PublishStep;
  launched: { readonly machines: readonly Machine[] };
  terminated: { readonly nodeId: string };
  /** A receiver hears of a job. */
  told: {
    readonly job: EncodingJob;
    readonly notification: Notification;
    readonly wasTaken: boolean;
  };
  /** Somebody is told that the job is accepted. */
  accepted: { readonly key: string; readonly hash: string; readonly jobId: string };
  /** Text that leaves a process: a queue's message, a log line, a heartbeat. */
  said: { readonly where: string; readonly text: string };
  /** A nommer or an upload is at work for an attempt. */
  working: { readonly jobId: string; readonly attempt: number; readonly by: SimProcess };
  /** Every second. */
  second: { readonly now: number };
  /** When everything has come to rest, or should have. */
  end: { readonly isDrained: boolean };
}

export interface StoreStep {
  readonly before: EncodingJob | undefined;
  readonly after: EncodingJob;
  readonly by: SimProcess;
}

export interface PublishStep {
  readonly jobId: string;
  readonly attempt: number;
  /** What was there before. */
  readonly replaced: MediaObject | undefined;
  readonly by: SimProcess;
  readonly confirmation: Confirmation;
}

/** What is known of a lease when an output is made visible under it. */
export interface Confirmation {
  readonly isConfirmed: boolean;
  /** Between asking for it and asking for the publication, by the process's own monotonic clock. */
  readonly ageMs: number;
}

type Check<Event> = (event: Event, installation: Installation) => string | undefined;

/** Something that must always hold. A check says in a person's words what does not, or nothing. */
export interface Invariant {
  /** As protocol.md has it. */
  readonly id: string;
  readonly says: string;
  readonly on: { readonly [Kind in keyof Events]?: Check<Events[Kind]> };
}

/** Has every invariant look at everything that happens. */
export class Judge {
  readonly #invariants: readonly Invariant[];
  installation: Installation | undefined;

  constructor(invariants: readonly Invariant[]) {
    this.#invariants = invariants;
  }

  tell<Kind extends keyof Events>(kind: Kind, event: Events[Kind]): void {
    const { installation } = this;
    if (installation === undefined) return;
    for (const { id, says, on } of this.#invariants) {
      const message = on[kind]?.(event, installation);
      if (message !== undefined) installation.world.violate(id, `${says}: ${message}`);
    }
  }
}
