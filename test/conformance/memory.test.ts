import { randomBytes } from 'node:crypto';
import { SealingJobStore } from '../../src/core/sealing-job-store.ts';
import { systemClock } from '../../src/daemon/system-clock.ts';
import { MemoryJobQueue } from '../doubles/memory-job-queue.ts';
import { MemoryJobStore } from '../doubles/memory-job-store.ts';
import { MemoryNodeStates } from '../doubles/memory-node-states.ts';
import { describeJobQueue } from './job-queue.ts';
import { describeJobStore } from './job-store.ts';
import { MemoryLeadership } from '../doubles/memory-leadership.ts';
import { describeLeadership } from './leadership.ts';
import { describeNodeStates } from './node-states.ts';
import { describeUnreadableJobs } from './unreadable-jobs.ts';

// What the tests of other rooms take for a place has to do what every place does.
describeJobStore('the twin in memory', async () => new MemoryJobStore());
describeJobStore('a store of sealed jobs', async () => {
  const key = randomBytes(32).toString('base64');
  return new SealingJobStore(new MemoryJobStore(), [key]);
});
describeJobQueue('the twin in memory', async (options) => new MemoryJobQueue(systemClock, options));
describeLeadership('the twin in memory', async () => new MemoryLeadership());
describeNodeStates('the twin in memory', async () => new MemoryNodeStates());

describeUnreadableJobs('the twin in memory', async () => {
  const store = new MemoryJobStore();
  return { store, damage: async (uniqueId) => store.damage(uniqueId) };
});
describeUnreadableJobs('a store of sealed jobs', async () => {
  const store = new MemoryJobStore();
  const damage = async (uniqueId: string) => store.damage(uniqueId);
  return { store: new SealingJobStore(store, [randomBytes(32).toString('base64')]), damage };
});
