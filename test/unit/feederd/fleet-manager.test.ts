import { beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../../src/daemon/logger.ts';
import { FleetManager } from '../../../src/feederd/fleet-manager.ts';
import { JobCache } from '../../../src/feederd/job-cache.ts';
import { CloudFleet } from '../../doubles/cloud-fleet.ts';
import { ManualClock } from '../../doubles/manual-clock.ts';
import { MemoryJobStore } from '../../doubles/memory-job-store.ts';
import { MemoryNodeStates } from '../../doubles/memory-node-states.ts';
import { makeJob } from '../../doubles/make-job.ts';
import { makeNotification } from '../../doubles/make-notification.ts';

describe('FleetManager', () => {
  let clock: ManualClock;
  let fleet: CloudFleet;
  let nodeStates: MemoryNodeStates;
  let cache: JobCache;
  let manager: FleetManager;

  beforeEach(() => {
    clock = new ManualClock();
    fleet = new CloudFleet(clock);
    nodeStates = new MemoryNodeStates();
    cache = new JobCache(new MemoryJobStore(), () => undefined);
    manager = new FleetManager({
      fleet,
      nodeStates,
      cache,
      durations: { typicalSeconds: 300 },
      clock,
      logger: createLogger({ name: 'test', level: 'silent', pretty: false }),
      settings: {
        maxNodes: 2,
        slotsPerNode: 2,
        jobOverflowThreshold: 2,
        allowLaunches: true,
        heartbeatSeconds: 10,
        ec2BootDeadlineSeconds: 600,
        maxInactivitySeconds: 120,
        scalingPolicy: 'overflow',
        waitTargetSeconds: 60,
      },
    });
  });

  const addJobs = (count: number) => {
    for (let index = 0; index < count; index += 1)
      cache.update(makeJob({ uniqueId: `job-${index}` }));
  };
  const reportNode = (nodeId: string, fromFleet = false) =>
    nodeStates.report({
      nodeId,
      fromFleet,
      condition: 'ACTIVE',
      slots: 2,
      activeJobs: [{ uniqueId: 'job-0', attempt: 1 }],
      startedAt: clock.now(),
      reportedAt: clock.now(),
      versions: {},
    });

  it('launches for the first job, and not again for the same one', async () => {
    addJobs(1);
    await manager.manage();
    await manager.manage();
    expect(fleet.listed).toHaveLength(1);
  });

  it('knows which nodes are coming up', async () => {
    const booting = () => manager.booting.map(({ nodeId }) => nodeId);
    addJobs(1);
    const launchedAt = clock.now();
    await manager.manage();
    const [node] = fleet.listed;
    expect(manager.booting).toEqual([{ nodeId: node?.nodeId, launchedAt }]);
    await clock.advance(30_000);
    await manager.manage();
    expect(manager.booting).toEqual([{ nodeId: node?.nodeId, launchedAt }]);
    await reportNode(node?.nodeId ?? '', true);
    await manager.manage();
    expect(booting()).toEqual([]);

    await nodeStates.remove(node?.nodeId ?? '');
    fleet.listed = [];
    await manager.manage();
    expect(booting()).toHaveLength(1);
    manager.rest();
    expect(booting()).toEqual([]);
  });

  it('counts a node that somebody started by hand, while it reports', async () => {
    addJobs(10);
    await reportNode('by-hand');
    await manager.manage();
    expect(fleet.listed).toHaveLength(1);
    await clock.advance(31_000);
    await manager.manage();
    expect(fleet.listed).toHaveLength(2);
    expect(await nodeStates.list()).toEqual([]);
  });

  it('replaces a node of the fleet as soon as it is gone, whatever its last heartbeat says', async () => {
    addJobs(1);
    await manager.manage();
    const [{ nodeId } = { nodeId: '' }] = fleet.listed;
    await reportNode(nodeId, true);
    await manager.manage();
    fleet.listed = [];
    await manager.manage();
    expect(fleet.listed).toHaveLength(1);
    expect(fleet.listed[0]?.nodeId).not.toBe(nodeId);
  });

  it('waits longer and longer before it replaces nodes that end before they report', async () => {
    addJobs(1);
    let launches = 0;
    for (let second = 0; second < 60; second += 1) {
      await manager.manage();
      launches += fleet.listed.length;
      fleet.listed = [];
      await clock.advance(1000);
    }
    // After 0, 2, 4, 8, 16, … seconds.
    expect(launches).toBeGreaterThan(3);
    expect(launches).toBeLessThan(8);
  });

  it('does not launch for jobs that only wait for their notification', async () => {
    cache.update(
      makeJob({
        jobState: 'FINISHED',
        undelivered: [makeNotification()],
      }),
    );
    await manager.manage();
    expect(fleet.listed).toEqual([]);
  });

  it('dismisses its nodes when no job is left, and only then', async () => {
    addJobs(1);
    await manager.manage();
    await manager.dismissIdle();
    expect(fleet.terminated).toEqual([]);
    cache.update(makeJob({ uniqueId: 'job-0', version: 2, jobState: 'FINISHED' }));
    await manager.dismissIdle();
    expect(fleet.terminated).toEqual(fleet.listed.map(({ nodeId }) => nodeId));
  });
});
