import { beforeEach, describe, expect, it } from 'vitest';
import type { NodeState } from '../../../src/core/node-state.ts';
import { createLogger } from '../../../src/daemon/logger.ts';
import { FleetManager } from '../../../src/feederd/fleet-manager.ts';
import { JobCache } from '../../../src/feederd/job-cache.ts';
import { CloudFleet } from '../../doubles/cloud-fleet.ts';
import { ManualClock } from '../../doubles/manual-clock.ts';
import { MemoryJobStore } from '../../doubles/memory-job-store.ts';
import { MemoryNodeStates } from '../../doubles/memory-node-states.ts';
import { makeJob } from '../../doubles/make-job.ts';

describe('FleetManager and nodes that do not come up', () => {
  let clock: ManualClock;
  let fleet: CloudFleet;
  let nodeStates: MemoryNodeStates;
  let cache: JobCache;
  let manager: FleetManager;

  const makeManager = () =>
    new FleetManager({
      fleet,
      nodeStates,
      cache,
      durations: { typicalSeconds: 300 },
      clock,
      logger: createLogger({ name: 'test', level: 'silent', pretty: false }),
      settings: {
        maxNodes: 2,
        slotsPerNode: 2,
        jobOverflowThreshold: 1,
        allowLaunches: true,
        heartbeatSeconds: 10,
        ec2BootDeadlineSeconds: 600,
        maxInactivitySeconds: 120,
        scalingPolicy: 'wait-target',
        waitTargetSeconds: 60,
      },
    });
  const report = (nodeId: string, patch: Partial<NodeState> = {}) =>
    nodeStates.report({
      nodeId,
      fromFleet: true,
      condition: 'ACTIVE',
      slots: 2,
      activeJobs: [],
      startedAt: clock.now(),
      reportedAt: clock.now(),
      versions: {},
      ...patch,
    });
  const firstNode = () => fleet.listed[0]?.nodeId ?? '';

  beforeEach(() => {
    clock = new ManualClock();
    fleet = new CloudFleet(clock);
    nodeStates = new MemoryNodeStates();
    cache = new JobCache(new MemoryJobStore(), () => undefined);
    manager = makeManager();
    cache.update(makeJob());
  });

  it('ends a node that never reported, also after a restart, and launches another', async () => {
    await manager.manage();
    const hung = firstNode();
    await clock.advance(599_000);
    await manager.manage();
    expect(fleet.terminated).toEqual([]);
    await clock.advance(2000);
    manager = makeManager();
    await manager.manage();
    expect(fleet.terminated).toEqual([hung]);
    await clock.advance(3000);
    await manager.manage();
    expect(fleet.listed).toHaveLength(2);
    // The hung one is still there: it counts for the maximum.
    cache.update(makeJob({ uniqueId: 'job-2' }));
    cache.update(makeJob({ uniqueId: 'job-3' }));
    await manager.manage();
    expect(fleet.listed).toHaveLength(2);
  });

  it('launches another where a node boots for longer than any has, and less and less often', async () => {
    await manager.manage();
    await clock.advance(50_000);
    await report(firstNode());
    await manager.manage();
    await nodeStates.remove(firstNode());
    fleet.listed = [];
    const begun = fleet.requests.length;
    const seconds: number[] = [];
    for (let second = 0; second < 400; second += 1) {
      await manager.manage();
      if (fleet.requests.length > begun + seconds.length) seconds.push(second);
      // Room for another beside the one that hangs.
      fleet.listed = fleet.listed.slice(-1);
      await clock.advance(1000);
    }
    const gaps = seconds.slice(1).map((second, index) => second - (seconds[index] ?? 0));
    // A boot took 50 s: one of over 60 s is late, and launches wait longer each time.
    expect(gaps[0]).toBeGreaterThan(60);
    expect(gaps[0]).toBeLessThan(70);
    expect(gaps.toSorted((a, b) => a - b)).toEqual(gaps);
    expect(gaps.length).toBeLessThan(5);
  });

  it('ends a node that reported once and was not heard of for long, unless it holds a job', async () => {
    await manager.manage();
    await report(firstNode());
    const lease = { nodeId: firstNode(), until: clock.now() + 1000 };
    cache.update(makeJob({ version: 2, jobState: 'ENCODING', lease }));
    await manager.manage();
    await clock.advance(901_000);
    await manager.manage();
    expect(fleet.terminated).toEqual([]);
    cache.update(makeJob({ version: 3 }));
    await manager.manage();
    expect(fleet.terminated).toEqual([firstNode()]);
  });

  it('leaves a node alone that said goodbye a moment ago, or holds a job, though it never reported', async () => {
    await manager.manage();
    await report(firstNode());
    await manager.manage();
    await nodeStates.remove(firstNode());
    await clock.advance(119_000);
    await manager.manage();
    expect(fleet.terminated).toEqual([]);

    await clock.advance(400_000);
    const lease = { nodeId: firstNode(), until: clock.now() + 1000 };
    cache.update(makeJob({ version: 2, jobState: 'ENCODING', lease }));
    await makeManager().manage();
    expect(fleet.terminated).toEqual([]);
  });

  it('ends a node that said goodbye and did not go away, and does not blame launches for that', async () => {
    await manager.manage();
    const goner = firstNode();
    await report(goner, { activeJobs: [{ uniqueId: 'job-1', attempt: 1 }] });
    await manager.manage();
    await nodeStates.remove(goner);
    await clock.advance(121_000);
    await manager.manage();
    expect(fleet.terminated).toEqual([goner]);
    // Launched in the same look: the goner has no slots, and still counts for the maximum of two.
    expect(fleet.listed).toHaveLength(2);
    fleet.listed = fleet.listed.filter(({ nodeId }) => nodeId !== goner);
    cache.update(makeJob({ uniqueId: 'job-2' }));
    cache.update(makeJob({ uniqueId: 'job-3' }));
    await manager.manage();
    expect(fleet.listed).toHaveLength(2);
  });

  it('launches less and less often for nodes that report and leave', async () => {
    for (let second = 0; second < 60; second += 1) {
      await manager.manage();
      for (const { nodeId } of fleet.listed) await report(nodeId);
      await manager.manage();
      fleet.listed = [];
      await clock.advance(1000);
    }
    // After 0, 2, 4, 8, 16, … seconds.
    expect(fleet.requests).toHaveLength(5);
  });

  it('launches for waiting jobs while a node drains, but not for the job which that one works on', async () => {
    await manager.manage();
    const lease = { nodeId: firstNode(), until: clock.now() + 60_000 };
    await report(firstNode(), { condition: 'DRAINING' });
    cache.update(makeJob({ version: 2, jobState: 'ENCODING', lease }));
    await manager.manage();
    expect(fleet.listed).toHaveLength(1);
    cache.update(makeJob({ uniqueId: 'job-2' }));
    await manager.manage();
    expect(fleet.listed).toHaveLength(2);
  });

  it('repeats a launch that nobody answered with the same token', async () => {
    fleet.losesAnswers = true;
    await expect(manager.manage()).rejects.toThrow('timed out');
    const listed = fleet.listed;
    // The list lags.
    fleet.listed = [];
    fleet.losesAnswers = false;
    await manager.manage();
    expect(fleet.requests).toHaveLength(1);
    await clock.advance(2000);
    await manager.manage();
    expect(fleet.requests[1]).toEqual(fleet.requests[0]);
    fleet.listed = listed;
    await manager.manage();
    expect(fleet.requests).toHaveLength(2);
  });

  it('forgets a launch that nobody answered once no more nodes are wanted', async () => {
    fleet.losesAnswers = true;
    await expect(manager.manage()).rejects.toThrow('timed out');
    fleet.losesAnswers = false;
    await manager.manage();
    expect(fleet.requests).toHaveLength(1);
    fleet.listed = [];
    await clock.advance(3_600_000);
    await manager.manage();
    expect(fleet.requests).toHaveLength(2);
    expect(fleet.requests[1]?.token).not.toBe(fleet.requests[0]?.token);
  });

  it('waits longer and longer while launches are refused, and recovers', async () => {
    fleet.refusal = 'BAD_SETTING';
    for (let second = 0; second < 60; second += 1) {
      await manager.manage();
      await clock.advance(1000);
    }
    // After 0, 2, 4, 8, 16, … seconds.
    expect(fleet.requests).toHaveLength(5);
    fleet.refusal = undefined;
    await clock.advance(32_000);
    await manager.manage();
    expect(fleet.listed).toHaveLength(1);
    await report(firstNode(), { activeJobs: [{ uniqueId: 'job-1', attempt: 1 }] });
    await manager.manage();
    fleet.listed = [];
    await manager.manage();
    expect(fleet.listed).toHaveLength(1);
  });

  it('asks again every half minute for instances that are short', async () => {
    fleet.refusal = 'NO_CAPACITY';
    for (let second = 0; second < 180; second += 1) {
      await manager.manage();
      await clock.advance(1000);
    }
    // After 0, 2, 6, 14, 30 seconds, then 60, 90, 120, 150.
    expect(fleet.requests).toHaveLength(9);
  });

  it('leaves room for nodes started by hand, and lists the fleet once', async () => {
    await report('by-hand', { fromFleet: false, condition: 'DRAINING' });
    await manager.manage();
    expect(fleet.requests).toEqual([expect.objectContaining({ count: 1, maximum: 1 })]);
    expect(fleet.lists).toBe(1);
  });
});
