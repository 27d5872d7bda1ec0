import { describe, expect, it } from 'vitest';
import { NodeReporter } from '../../../src/nommerd/node-reporter.ts';
import { ManualClock } from '../../doubles/manual-clock.ts';
import { MemoryNodeStates } from '../../doubles/memory-node-states.ts';

describe('NodeReporter', () => {
  it('still has a job whose lost attempt ends after a new one has begun', async () => {
    const clock = new ManualClock();
    const nodeStates = new MemoryNodeStates();
    const parts = { nodeId: 'node-1', slots: 2, fromFleet: true, versions: {} };
    const reporter = new NodeReporter({ ...parts, nodeStates, clock });
    reporter.started({ uniqueId: 'job-1', attempt: 1 });
    reporter.started({ uniqueId: 'job-1', attempt: 2 });
    reporter.ended({ uniqueId: 'job-1', attempt: 1 });
    await clock.advance(600_000);
    expect(reporter.idleSeconds).toBe(0);
    await reporter.report('ACTIVE');
    const [state] = await nodeStates.list();
    expect(state?.activeJobs).toEqual([{ uniqueId: 'job-1', attempt: 2 }]);
  });
});
