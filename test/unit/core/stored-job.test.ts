import { expect, it } from 'vitest';
import { parseStoredJob } from '../../../src/core/stored-job.ts';
import { makeJob, NOW } from '../../doubles/make-job.ts';
import { makeNotification } from '../../doubles/make-notification.ts';

it('reads a job as it was stored', () => {
  const notify = { url: 'http://app/', events: ['state' as const], secret: null };
  const job = makeJob({ notify, undelivered: [makeNotification({ event: 'state' })] });
  expect(parseStoredJob(JSON.stringify(job))).toStrictEqual(job);
});

it('gives a job of an earlier version what that did not know yet', () => {
  const { notify: _, submitter: __, sealed: ___, ...old } = makeJob({ notifyUrl: 'http://app/' });
  const told = { id: 'job-1.1', sequence: 1, jobState: 'ERROR', tries: 1, lastError: null };
  const stored = {
    ...old,
    undelivered: [{ ...told, createdAt: NOW, nextTryAt: NOW }],
    deliveries: [{ ...told, outcome: 'delivered', at: NOW + 1 }],
  };
  const unknown = { event: 'finished', lastTryAt: null, lastStatus: null };
  expect(parseStoredJob(JSON.stringify(stored))).toStrictEqual({
    ...stored,
    notify: null,
    sealed: null,
    submitter: null,
    undelivered: [{ ...stored.undelivered[0], ...unknown }],
    deliveries: [{ ...stored.deliveries[0], ...unknown, createdAt: NOW + 1 }],
  });
});
