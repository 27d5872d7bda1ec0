import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodesToLaunch, type ScalingSettings } from '../../../src/feederd/scaling-plan.ts';

const SETTINGS: ScalingSettings = {
  maxNodes: 3,
  slotsPerNode: 2,
  jobOverflowThreshold: 2,
  allowLaunches: true,
};

describe('nodesToLaunch', () => {
  it.each([
    { unfinishedJobs: 0, nodes: 0, launch: 0, why: 'nothing to do' },
    { unfinishedJobs: 1, nodes: 0, launch: 1, why: 'the first job needs a node' },
    { unfinishedJobs: 3, nodes: 1, launch: 0, why: 'overflow under the threshold' },
    { unfinishedJobs: 4, nodes: 1, launch: 1, why: 'overflow reaches the threshold' },
    { unfinishedJobs: 5, nodes: 0, launch: 3, why: 'enough for all jobs' },
    { unfinishedJobs: 99, nodes: 0, launch: 3, why: 'the maximum' },
    { unfinishedJobs: 99, nodes: 2, launch: 1, why: 'the maximum is of all nodes' },
    { unfinishedJobs: 99, nodes: 5, launch: 0, why: 'more than the maximum already' },
  ])('launches $launch for $unfinishedJobs jobs on $nodes nodes: $why', ({ launch, ...now }) => {
    expect(nodesToLaunch(now, SETTINGS)).toBe(launch);
  });

  it('launches nothing where launches are not allowed', () => {
    const settings = { ...SETTINGS, allowLaunches: false };
    expect(nodesToLaunch({ unfinishedJobs: 9, nodes: 0 }, settings)).toBe(0);
  });

  it('never exceeds the maximum and never starts a node that no job would use', () => {
    const numbers = fc.record({ unfinishedJobs: fc.nat(1000), nodes: fc.nat(50) });
    const settings = fc.record({
      maxNodes: fc.nat(50),
      slotsPerNode: fc.integer({ min: 1, max: 16 }),
      jobOverflowThreshold: fc.nat(20),
      allowLaunches: fc.constant(true),
    });
    fc.assert(
      fc.property(numbers, settings, (now, given) => {
        const launch = nodesToLaunch(now, given);
        expect(launch).toBeGreaterThanOrEqual(0);
        if (launch > 0) expect(now.nodes + launch).toBeLessThanOrEqual(given.maxNodes);
        const slotsBefore = (now.nodes + launch - 1) * given.slotsPerNode;
        if (launch > 0) expect(slotsBefore).toBeLessThan(now.unfinishedJobs);
      }),
    );
  });
});
