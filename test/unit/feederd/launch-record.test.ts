import { describe, expect, it } from 'vitest';
import { LaunchRecord } from '../../../src/feederd/launch-record.ts';
import { makeJob } from '../../doubles/make-job.ts';
import { ManualClock } from '../../doubles/manual-clock.ts';

const stateOf = (nodeId: string, startedAt: number) => ({
  nodeId,
  condition: 'ACTIVE' as const,
  slots: 2,
  fromFleet: true,
  activeJobs: [],
  startedAt,
  reportedAt: startedAt,
  versions: {},
});

const none = { nodes: [], states: [], jobs: [] };
const node = (nodeId: string) => ({ nodeId, launchedAt: 0 });
const nothing = { yet: [], late: [], gone: [], useless: [] };

function open() {
  const clock = new ManualClock();
  return { clock, record: new LaunchRecord(clock, { maxInactivitySeconds: 120 }) };
}

describe('LaunchRecord', () => {
  it('gives a list that lags time to show a launched node', async () => {
    const { clock, record } = open();
    record.launched(['a']);
    await clock.advance(9000);
    expect(record.look(none)).toEqual({ ...nothing, yet: ['a'] });
    await clock.advance(1000);
    expect(record.look(none)).toEqual({ ...nothing, gone: ['a'] });
    expect(record.look(none)).toEqual(nothing);
  });

  it('counts a node that reports before the list shows it', () => {
    const { record } = open();
    record.launched(['a']);
    expect(record.look({ ...none, states: [stateOf('a', 0)] })).toEqual({ ...nothing, yet: ['a'] });
  });

  it('notices at once when a node is gone that was listed before', () => {
    const { record } = open();
    record.launched(['a']);
    record.look({ ...none, nodes: [node('a')] });
    expect(record.look(none)).toEqual({ ...nothing, gone: ['a'] });
  });

  it('blames no node that was there before: it may have been about to leave', () => {
    const { record } = open();
    record.look({ ...none, nodes: [node('a')] });
    expect(record.isWaiting).toBe(true);
    expect(record.look(none)).toEqual(nothing);
    expect(record.isWaiting).toBe(false);
  });

  it('learns from the nodes how long a boot takes', () => {
    const { record } = open();
    expect(record.bootSeconds).toBe(60);
    const nodes = ['a', 'b', 'c'].map(node);
    const states = [stateOf('a', 20_000), stateOf('b', 90_000), stateOf('c', 30_000)];
    record.look({ ...none, nodes, states });
    // A node that starts anew says nothing of a boot.
    record.look({ ...none, nodes, states: [stateOf('a', 9_000_000)] });
    expect(record.bootSeconds).toBe(30);
  });

  it('learns how long to count on a boot, and how many get lost', () => {
    const { record } = open();
    expect(record.boots).toEqual({ lateSeconds: Infinity, lostShare: 0 });
    const nodes = ['a', 'b', 'c', 'd'].map(node);
    record.look({ ...none, nodes, states: [stateOf('a', 20_000), stateOf('b', 50_000)] });
    expect(record.boots).toEqual({ lateSeconds: 60, lostShare: 0 });
    record.givenUp(['c']);
    record.givenUp(['c']);
    expect(record.boots.lostShare).toBeCloseTo(1 / 3);
    // One that hangs after it had come up says nothing of boots.
    record.givenUp(['a']);
    expect(record.boots.lostShare).toBeCloseTo(1 / 3);
  });

  it('tells once of a node that boots for longer than any has', async () => {
    const { clock, record } = open();
    const nodes = ['a', 'b'].map((nodeId) => ({ nodeId, launchedAt: clock.now() }));
    record.look({ ...none, nodes, states: [stateOf('a', clock.now() + 50_000)] });
    await clock.advance(60_000);
    expect(record.look({ ...none, nodes }).late).toEqual([]);
    await clock.advance(1);
    expect(record.look({ ...none, nodes }).late).toEqual(['b']);
    expect(record.look({ ...none, nodes }).late).toEqual([]);
  });

  it('launches again as soon as a node has come up, and forgets failures once one works', () => {
    const { record } = open();
    record.failed();
    record.failed();
    record.launched(['a']);
    expect(record.mayLaunch).toBe(false);
    record.look({ ...none, states: [stateOf('a', 0)] });
    expect(record.mayLaunch).toBe(true);
    expect(record.failed()).toBe(8);
    const lease = { nodeId: 'a', until: 0 };
    record.look({ ...none, nodes: [node('a')], jobs: [makeJob({ jobState: 'ENCODING', lease })] });
    expect(record.mayLaunch).toBe(true);
    expect(record.failed()).toBe(2);
  });

  it.each([
    ['after a short life without a job', 10_000, [], ['a']],
    ['after it had nothing to do for long', 120_000, [], []],
    ['after it worked', 10_000, [{ uniqueId: 'job-1', attempt: 1 }], []],
  ])('judges a node that left %s', async (_when, livedMs, activeJobs, useless) => {
    const { clock, record } = open();
    record.launched(['a']);
    const states = [{ ...stateOf('a', 0), activeJobs }];
    record.look({ ...none, nodes: [node('a')], states });
    await clock.advance(livedMs);
    expect(record.look(none)).toEqual({ ...nothing, useless });
  });

  it('tells for how long nothing new was heard, whatever the clocks of the nodes say', async () => {
    const { clock, record } = open();
    const nodes = [node('a')];
    record.look({ ...none, nodes, states: [stateOf('a', 5_000_000)] });
    await clock.advance(7000);
    record.look({ ...none, nodes, states: [stateOf('a', 5_000_000)] });
    expect(record.silences.get('a')).toBe(7000);
    record.look({ ...none, nodes, states: [stateOf('a', 4_000_000)] });
    expect(record.silences.get('a')).toBe(0);
  });

  it('tells of a node that was given up once, however long it stays listed', () => {
    const { record } = open();
    const nodes = [node('a')];
    record.look({ ...none, nodes });
    expect(record.givenUp(['a'])).toEqual(['a']);
    record.look({ ...none, nodes });
    expect(record.givenUp(['a'])).toEqual([]);
    expect(record.isWaiting).toBe(false);
    expect(record.look(none)).toEqual(nothing);
  });
});
