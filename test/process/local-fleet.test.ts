import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openTemporaryPlace } from '../conformance/open-temporary-place.ts';
import { startFixture } from './local-fixtures/start-fixture.ts';

async function openFleet() {
  const place = await openTemporaryPlace();
  const fleet = place.fleet({ command: [join(place.dataDir, 'not-needed')] });
  const ids = async () => (await fleet.nodes()).map(({ nodeId }) => nodeId).toSorted();
  onTestFinished(async () => fleet.terminate(await ids()));
  return { dataDir: place.dataDir, fleet, ids };
}

it('finds the nodes of a launcher that has been killed', { timeout: 30_000 }, async () => {
  const { dataDir, fleet, ids } = await openFleet();
  const launcher = startFixture('launch-nodes', [dataDir, 'token']);
  await expect.poll(() => launcher.lines.length, { timeout: 20_000 }).toBe(1);
  launcher.kill();
  await launcher.exited;

  const launched = launcher.lines[0]?.split(' ').toSorted();
  expect(launched).toHaveLength(2);
  expect(await ids()).toEqual(launched);
  expect(
    (await fleet.launch({ count: 2, token: 'token', maximum: 10 }))
      .map(({ nodeId }) => nodeId)
      .toSorted(),
  ).toEqual(launched);
  await fleet.terminate(await ids());
  expect(await ids()).toEqual([]);
});

it('starts one batch when two processes launch with one token', { timeout: 30_000 }, async () => {
  const { dataDir, ids } = await openFleet();
  const launchers = [1, 2, 3].map(() => startFixture('launch-nodes', [dataDir, 'token']));
  const batches = () => launchers.flatMap(({ lines }) => lines);
  await expect.poll(() => batches().length, { timeout: 20_000 }).toBe(3);
  const nodes = await ids();
  expect(nodes).toHaveLength(2);
  for (const batch of batches()) expect(batch.split(' ').toSorted()).toEqual(nodes);
});
