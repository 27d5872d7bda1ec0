import type { Notification } from '../../src/core/notification.ts';
import { NOW } from './make-job.ts';

/** A notification of `makeJob`'s end, not tried yet, with `patch` over it. */
export function makeNotification(patch: Partial<Notification> = {}): Notification {
  return {
    id: 'job-1_1',
    sequence: 1,
    event: 'finished',
    jobState: 'FINISHED',
    createdAt: NOW,
    tries: 0,
    nextTryAt: NOW,
    lastTryAt: null,
    lastStatus: null,
    lastError: null,
    ...patch,
  };
}
