import { describe, expect, it } from 'vitest';
import type { EncodingJob } from '../../../src/core/job.ts';
import type { FleetView } from '../../../src/feederd/fleet-view.ts';
import { forecast } from '../../../src/feederd/forecast.ts';
import { JobDurations } from '../../../src/feederd/job-durations.ts';
import { NO_PROGRESS } from '../nommerd/held-nommer.ts';
import { makeJob, NOW } from '../../doubles/make-job.ts';

const VIEW: FleetView = {
  capacity: [
    { nodeId: 'works', slots: 2, bootingMs: 0, hasReported: true },
    { nodeId: 'boots', slots: 2, bootingMs: 20_000, hasReported: false },
    { nodeId: 'late', slots: 2, bootingMs: 90_000, hasReported: false },
  ],
  withoutSlots: ['drains'],
  byHand: 0,
  overdue: [],
  frozen: [],
  lingering: [],
  outdated: [],
};
const now = NOW + 100_000;

const encoding = (nodeId: string, patch: Partial<EncodingJob> = {}) =>
  makeJob({
    jobState: 'ENCODING',
    attempt: 1,
    lease: { nodeId, until: now + 60_000 },
    timings: [
      { state: 'PENDING', attempt: 0, at: NOW },
      { state: 'DOWNLOADING', attempt: 1, at: NOW + 40_000 },
      { state: 'ENCODING', attempt: 1, at: NOW + 60_000 },
    ],
    ...patch,
  });
const look = (...jobs: readonly EncodingJob[]) =>
  forecast({ view: VIEW, jobs, typicalSeconds: 300, bootSeconds: 60, lateSeconds: 120, now });

describe('forecast', () => {
  it('tells when the nodes are there', () => {
    expect(look().nodes.map(({ readySeconds }) => readySeconds)).toEqual([0, 40, 0]);
    expect(look().nodes.map(({ isBooting }) => isBooting)).toEqual([false, true, true]);
  });

  it('does not count on a node that boots for longer than any has', () => {
    const facts = { view: VIEW, jobs: [], typicalSeconds: 300, bootSeconds: 60, now };
    const { nodes } = forecast({ ...facts, lateSeconds: 80 });
    expect(nodes.map(({ readySeconds }) => readySeconds)).toEqual([0, 40]);
  });

  it.each([
    {
      why: "the node's own word",
      progress: { ...NO_PROGRESS, etaSeconds: 7, percent: 50 },
      left: 7,
    },
    { why: 'the part that is done', progress: { ...NO_PROGRESS, percent: 25 }, left: 120 },
    { why: 'the usual time', progress: NO_PROGRESS, left: 240 },
    { why: 'the usual time', progress: null, left: 240 },
  ])('reckons what is left of a job by $why', ({ progress, left }) => {
    expect(look(encoding('works', { progress })).nodes[0]?.remainingSeconds).toEqual([left]);
  });

  it('leaves out jobs of a node that drains, and those that have ended', () => {
    const { waiting } = look(encoding('drains'), makeJob({ jobState: 'FINISHED' }));
    expect(waiting).toEqual([]);
  });

  it('counts a job as waiting whose node is gone, once its lease has run out', () => {
    const { waiting } = look(encoding('gone'));
    expect(waiting).toEqual([{ waitedSeconds: 0, earliestSeconds: 60, workSeconds: 300 }]);
  });

  it('puts the job first that has waited longest, not counting a back-off', () => {
    const retried = makeJob({ uniqueId: 'retried', notBefore: now - 10_000 });
    const later = makeJob({ uniqueId: 'later', notBefore: now + 30_000 });
    const { waiting } = look(later, retried, makeJob());
    expect(waiting.map(({ waitedSeconds }) => waitedSeconds)).toEqual([100, 10, 0]);
    expect(waiting[2]?.earliestSeconds).toBe(30);
  });
});

describe('JobDurations', () => {
  it('knows the median of what finished lately', () => {
    const durations = new JobDurations();
    expect(durations.typicalSeconds).toBe(300);
    for (const [index, seconds] of [10, 20, 900].entries()) {
      const timings = [
        { state: 'DOWNLOADING', attempt: 1, at: NOW },
        { state: 'FINISHED', attempt: 1, at: NOW + seconds * 1000 },
      ] as const;
      const done = { uniqueId: `job-${index}`, attempt: 1, timings };
      durations.observe(makeJob({ ...done, jobState: 'FINISHED' }));
      durations.observe(makeJob({ ...done, uniqueId: `bad-${index}`, jobState: 'ERROR' }));
    }
    expect(durations.typicalSeconds).toBe(20);
  });
});
