import { describe, expect, it } from 'vitest';
import { LaunchRecord } from '../../../src/feederd/launch-record.ts';
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

describe('LaunchRecord', () => {
  it('gives a list that lags time to show a launched node', async () => {
    const clock = new ManualClock();
    const record = new LaunchRecord(clock);
    record.launched(['a']);
    await clock.advance(9000);
    expect(record.look([], [])).toEqual({ gone: [], yet: ['a'] });
    await clock.advance(1000);
    expect(record.look([], [])).toEqual({ gone: ['a'], yet: [] });
    expect(record.look([], [])).toEqual({ gone: [], yet: [] });
  });

  it('notices at once when a node is gone that was listed before', () => {
    const record = new LaunchRecord(new ManualClock());
    record.launched(['a']);
    record.look([{ nodeId: 'a', launchedAt: 0 }], []);
    expect(record.look([], [])).toEqual({ gone: ['a'], yet: [] });
  });

  it('learns from the nodes how long a boot takes', () => {
    const clock = new ManualClock();
    const record = new LaunchRecord(clock);
    expect(record.bootSeconds).toBe(60);
    const nodes = ['a', 'b', 'c'].map((nodeId) => ({ nodeId, launchedAt: 0 }));
    record.look(nodes, [stateOf('a', 20_000), stateOf('b', 90_000), stateOf('c', 30_000)]);
    // A node that starts anew says nothing of a boot.
    record.look(nodes, [stateOf('a', 9_000_000)]);
    expect(record.bootSeconds).toBe(30);
  });

  it('launches again as soon as a node has come up after failures', () => {
    const record = new LaunchRecord(new ManualClock());
    record.failed();
    record.failed();
    record.launched(['a']);
    expect(record.mayLaunch).toBe(false);
    record.look([], [stateOf('a', 0)]);
    expect(record.mayLaunch).toBe(true);
    expect(record.failed()).toBe(2);
  });

  it('tells of a node that was given up once, however long it stays listed', () => {
    const record = new LaunchRecord(new ManualClock());
    const nodes = [{ nodeId: 'a', launchedAt: 0 }];
    record.look(nodes, []);
    expect(record.givenUp(['a'])).toEqual(['a']);
    record.look(nodes, []);
    expect(record.givenUp(['a'])).toEqual([]);
    expect(record.isWaiting).toBe(false);
  });
});
