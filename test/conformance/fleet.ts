import { describe, expect, it } from 'vitest';
import type { Fleet, FleetNode } from '../../src/core/ports.ts';

/**
 * What every fleet does. `makeFleet` is called within a test, and gives one without nodes that can
 * launch at least five and ends what is left of them after the test.
 */
export function describeFleet(name: string, makeFleet: () => Promise<Fleet>): void {
  describe(`${name} as a fleet`, () => {
    it('lists the nodes that it launched', async () => {
      const fleet = await makeFleet();
      expect(await fleet.nodes()).toEqual([]);
      const before = Date.now();
      const first = await fleet.launch({ count: 2, token: 'first', maximum: 10 });
      const second = await fleet.launch({ count: 1, token: 'second', maximum: 10 });
      expect(first).toHaveLength(2);
      expect(second).toHaveLength(1);
      expect(new Set(nodeIds([...first, ...second])).size).toBe(3);
      // Some fleets tell times in whole seconds.
      for (const { launchedAt } of first) expect(launchedAt).toBeGreaterThanOrEqual(before - 1000);
      await expect
        .poll(async () => nodeIds(await fleet.nodes()))
        .toEqual(nodeIds([...first, ...second]));
    });

    it('starts one batch for a token, whoever asks how often', async () => {
      const fleet = await makeFleet();
      const batches = await Promise.all([
        fleet.launch({ count: 2, token: 'same', maximum: 10 }),
        fleet.launch({ count: 2, token: 'same', maximum: 10 }),
        fleet.launch({ count: 2, token: 'same', maximum: 10 }),
      ]);
      const again = await fleet.launch({ count: 2, token: 'same', maximum: 10 });
      expect(again).toHaveLength(2);
      for (const batch of batches) expect(nodeIds(batch)).toEqual(nodeIds(again));
      await expect.poll(async () => nodeIds(await fleet.nodes())).toEqual(nodeIds(again));
    });

    it('never has more nodes than the maximum, however many callers ask at once', async () => {
      const fleet = await makeFleet();
      await Promise.all(
        ['a', 'b', 'c', 'd'].map((token) => fleet.launch({ count: 2, token, maximum: 3 })),
      );
      await expect.poll(() => fleet.nodes()).toHaveLength(3);
      expect(await fleet.launch({ count: 1, token: 'e', maximum: 3 })).toEqual([]);
      expect(await fleet.nodes()).toHaveLength(3);
    });

    it('launches nothing when asked for nothing', async () => {
      const fleet = await makeFleet();
      expect(await fleet.launch({ count: 0, token: 'nothing', maximum: 10 })).toEqual([]);
      expect(await fleet.nodes()).toEqual([]);
    });

    it('terminates the nodes it is told to, and no others', async () => {
      const fleet = await makeFleet();
      const [leaving, ...staying] = await fleet.launch({ count: 3, token: 'token', maximum: 10 });
      await fleet.terminate([leaving?.nodeId ?? '', 'never heard of', '']);
      await expect.poll(async () => nodeIds(await fleet.nodes())).toEqual(nodeIds(staying));
      await fleet.terminate([leaving?.nodeId ?? '']);
      await fleet.terminate(nodeIds(staying));
      await expect.poll(() => fleet.nodes()).toEqual([]);
    });

    it('does not replace a terminated node when its launch is repeated', async () => {
      const fleet = await makeFleet();
      const nodes = await fleet.launch({ count: 2, token: 'token', maximum: 10 });
      await fleet.terminate(nodeIds(nodes));
      await expect.poll(() => fleet.nodes()).toEqual([]);
      expect(await fleet.launch({ count: 2, token: 'token', maximum: 10 })).toEqual([]);
      expect(await fleet.nodes()).toEqual([]);
    });
  });
}

function nodeIds(nodes: readonly FleetNode[]): string[] {
  return nodes.map(({ nodeId }) => nodeId).toSorted();
}
