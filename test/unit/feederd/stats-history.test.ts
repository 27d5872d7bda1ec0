import { describe, expect, it } from 'vitest';
import type { JobState } from '../../../src/core/job-states.ts';
import type { NodeState } from '../../../src/core/node-state.ts';
import { statsSampler } from '../../../src/feederd/sample-stats.ts';
import { StatsHistory } from '../../../src/feederd/stats-history.ts';
import { makeJob, NOW } from '../../doubles/make-job.ts';

const NO_DEPTH = { waiting: 0, delayed: 0, inFlight: 0 };
const QUIET = { jobs: [], depth: NO_DEPTH, nodes: [] };
const jobsIn = (...states: JobState[]) => states.map((jobState) => ({ jobState }));
const node = (slots: number, active: number): NodeState => ({
  nodeId: 'a',
  condition: 'ACTIVE',
  slots,
  activeJobs: Array.from({ length: active }, () => ({ uniqueId: 'x', attempt: 1 })),
  fromFleet: true,
  startedAt: NOW,
  reportedAt: NOW,
  versions: {},
});

describe('the history of an installation', () => {
  it('tells in columns what there was, and what ended between two samples', () => {
    const history = new StatsHistory();
    for (const job of jobsIn('FINISHED', 'FINISHED', 'ERROR', 'ABANDONED', 'CANCELLED')) {
      history.ended(job);
    }
    const jobs = jobsIn('PENDING', 'PENDING', 'ENCODING', 'UPLOADING', 'DOWNLOADING');
    const depth = { waiting: 3, delayed: 1, inFlight: 9 };
    history.take({ jobs, depth, nodes: [node(2, 2), node(4, 1)] }, NOW);
    history.take(QUIET, NOW + 15_000);
    expect(history.after(0)).toEqual({
      interval_seconds: 15,
      at: ['2026-11-01T00:00:00.000Z', '2026-11-01T00:00:15.000Z'],
      pending: [2, 0],
      downloading: [1, 0],
      encoding: [1, 0],
      uploading: [1, 0],
      queue: [4, 0],
      nodes: [2, 0],
      slots: [6, 0],
      busy: [3, 0],
      finished: [2, 0],
      failed: [2, 0],
    });
  });

  it('gives whoever comes back only what is new', () => {
    const history = new StatsHistory();
    for (let index = 0; index < 3; index += 1) history.take(QUIET, NOW + index);
    expect(history.after(NOW).at).toHaveLength(2);
    expect(history.after(NOW + 2)).toMatchObject({ at: [], pending: [], failed: [] });
  });

  it('forgets the oldest, so that it never grows', () => {
    const history = new StatsHistory({ capacity: 3 });
    for (let index = 0; index < 10; index += 1) history.take(QUIET, NOW + index);
    expect(history.after(0).at.map((at) => Date.parse(at) - NOW)).toEqual([7, 8, 9]);
  });
});

describe('who samples', () => {
  it('asks the queue only while there are jobs, and for nodes once a minute while there are none', async () => {
    const history = new StatsHistory();
    const asked = { depth: 0, list: 0 };
    let now = NOW;
    let jobs = [makeJob()];
    const sample = statsSampler({
      history,
      clock: { now: () => now },
      cache: { jobs: () => jobs },
      newJobs: {
        depth: () => {
          asked.depth += 1;
          return Promise.resolve({ ...NO_DEPTH, waiting: 7 });
        },
      },
      nodeStates: {
        list: () => {
          asked.list += 1;
          return Promise.resolve([node(2, 1)]);
        },
      },
    });
    await sample();
    expect(asked).toEqual({ depth: 1, list: 1 });
    jobs = [];
    for (let count = 0; count < 8; count += 1) {
      now += 15_000;
      await sample();
    }
    expect(asked).toEqual({ depth: 1, list: 3 });
    const { queue, busy } = history.after(0);
    expect(queue).toEqual([7, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(busy).toHaveLength(9);
  });
});
