import { describe, expect, it } from 'vitest';
import { JobUnreadable } from '../../../src/core/unreadable-job.ts';
import { parseStoredJob } from '../../../src/core/stored-job.ts';
import { makeJob, NOW } from '../../doubles/make-job.ts';
import { makeNotification } from '../../doubles/make-notification.ts';

it('reads a job as it was stored', () => {
  const notify = { url: 'http://app/', events: ['state' as const], secret: null };
  const facts = { format: null, duration: null, bitRate: null, video: null, audio: null };
  const result = { source: null, outputs: [{ uri: 'file:///out', size: 5, ...facts }] };
  const job = makeJob({
    notify,
    undelivered: [makeNotification({ event: 'state' })],
    deliveries: [{ ...makeNotification(), outcome: 'delivered', at: NOW }],
    lease: { nodeId: 'node-1', until: NOW },
    made: { attempt: 1, result },
    result,
  });
  expect(parseStoredJob(JSON.stringify(job), 'job-1')).toStrictEqual(
    JSON.parse(JSON.stringify(job)),
  );
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
  expect(parseStoredJob(JSON.stringify(stored), 'job-1')).toStrictEqual({
    ...stored,
    notify: null,
    sealed: null,
    submitter: null,
    undelivered: [{ ...stored.undelivered[0], ...unknown }],
    deliveries: [{ ...stored.deliveries[0], ...unknown, createdAt: NOW + 1 }],
  });
});

describe('a job that nobody can read', () => {
  const broken = (patch: object) => JSON.stringify({ ...makeJob(), ...patch });

  it.each([
    ['is cut off', JSON.stringify(makeJob()).slice(0, -1), 'it is no JSON'],
    ['is empty', '', 'it is no JSON'],
    ['is nothing', 'null', 'it is no object'],
    ['is a list', '[]', 'it is no object'],
    ['is of another id', broken({ uniqueId: 'job-2' }), 'it is a job of another id'],
    ['lacks a list', broken({ undelivered: undefined }), 'its "undelivered" is not what it has'],
    ['is in no known state', broken({ jobState: 'NOMMED' }), 'its "jobState" is not'],
    ['was made at no time', broken({ createdAt: 1e20 }), 'its "createdAt" is not'],
    ['has half a lease', broken({ lease: { nodeId: 'n' } }), 'its "lease" is not'],
    ['has a result of nothing', broken({ result: { outputs: [null] } }), 'its "result" is not'],
    ['has a state at no time', broken({ timings: [{ state: 'PENDING' }] }), 'its "timings" is not'],
  ])('%s: it is named, with the reason', (_what, text, reason) => {
    const read = () => parseStoredJob(text, 'job-1');
    expect(read).toThrow(JobUnreadable);
    expect(read).toThrow(`Job job-1 cannot be read as it is stored: ${reason}`);
  });

  it('shows nothing of what is stored', () => {
    const text = '{"sourcePath": "s3://ID:hunter2@bucket/a" hunter2';
    try {
      parseStoredJob(text, 'job-1');
      expect.unreachable();
    } catch (thrown) {
      expect(thrown).toMatchObject({ id: 'job-1', reason: 'it is no JSON', retryable: false });
      expect(JSON.stringify([String(thrown), (thrown as Error).cause])).not.toContain('hunter2');
    }
  });
});
