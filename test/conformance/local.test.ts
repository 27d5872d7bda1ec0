import { onTestFinished } from 'vitest';
import { damageRow } from '../doubles/damage-row.ts';
import { describeFleet } from './fleet.ts';
import { describeJobQueue } from './job-queue.ts';
import { describeJobStore } from './job-store.ts';
import { describeLeadership } from './leadership.ts';
import { describeNodeStates } from './node-states.ts';
import { openTemporaryPlace } from './open-temporary-place.ts';
import { describeUnreadableJobs } from './unreadable-jobs.ts';

/** Does nothing for a while, with whatever arguments. */
const IDLE_PROGRAM = [process.execPath, '-e', 'setTimeout(() => {}, 60_000)', '--'];

describeJobStore('the local place', async () => (await openTemporaryPlace()).store);
describeJobQueue('the local place', async (options) => (await openTemporaryPlace(options)).newJobs);
describeLeadership('the local place', async () => (await openTemporaryPlace()).leadership);
describeNodeStates('the local place', async () => (await openTemporaryPlace()).nodeStates);
describeFleet('the local place', async () => {
  const fleet = (await openTemporaryPlace()).fleet({ command: IDLE_PROGRAM });
  onTestFinished(async () => fleet.terminate((await fleet.nodes()).map(({ nodeId }) => nodeId)));
  return fleet;
});
describeUnreadableJobs('the local place', async () => {
  const { store, dataDir } = await openTemporaryPlace();
  return { store, damage: async (uniqueId, text) => damageRow(dataDir, uniqueId, text) };
});
