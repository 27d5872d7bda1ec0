import { describe, expect, it } from 'vitest';
import type { NodeState } from '../../src/core/node-state.ts';
import type { NodeStates } from '../../src/core/ports.ts';

/** What every store of heartbeats does. `makeNodeStates` is called within a test; it is empty. */
export function describeNodeStates(name: string, makeNodeStates: () => Promise<NodeStates>): void {
  describe(`${name} as node states`, () => {
    it('lists the latest report of every node', async () => {
      const states = await makeNodeStates();
      expect(await states.list()).toEqual([]);
      const first = makeState('node-a', { reportedAt: 1000 });
      const busy = makeState('node-b', {
        condition: 'DRAINING',
        activeJobs: [{ uniqueId: 'jöb', attempt: 3 }],
        versions: { 'media-nommer': '2.0.0', ffmpeg: '5.1' },
      });
      await states.report(first);
      await states.report(busy);
      await expect.poll(() => listed(states)).toEqual([first, busy]);

      const later = makeState('node-a', { reportedAt: 2000, slots: 4 });
      await states.report(later);
      await expect.poll(() => listed(states)).toEqual([later, busy]);
    });

    it('forgets a removed node, and minds no unknown one', async () => {
      const states = await makeNodeStates();
      const staying = makeState('staying');
      await states.report(makeState('leaving'));
      await states.report(staying);
      await states.remove('leaving');
      await states.remove('never heard of');
      await expect.poll(() => listed(states)).toEqual([staying]);
    });
  });
}

function makeState(nodeId: string, patch: Partial<NodeState> = {}): NodeState {
  return {
    nodeId,
    condition: 'ACTIVE',
    slots: 2,
    fromFleet: true,
    activeJobs: [],
    startedAt: 500,
    reportedAt: 1000,
    versions: {},
    ...patch,
  };
}

async function listed(states: NodeStates): Promise<NodeState[]> {
  return (await states.list()).toSorted((one, other) => one.nodeId.localeCompare(other.nodeId));
}
