import { onTestFinished } from 'vitest';
import { Installation } from '../simulation/installation.ts';
import { portsOf, type Ports } from '../simulation/ports.ts';
import { plainScenario } from '../simulation/scenario.ts';
import { QueueTwin } from '../simulation/twins/queue-twin.ts';
import { SimProcess } from '../simulation/world/sim-process.ts';
import { World } from '../simulation/world/world.ts';
import { describeFleet } from './fleet.ts';
import { describeJobQueue } from './job-queue.ts';
import { describeStoredJobs } from './job-store.ts';
import { describeLeadership } from './leadership.ts';
import { describeNodeStates } from './node-states.ts';

const QUIET = plainScenario({ feederds: 0, maxNodes: 10, abandonAfterSeconds: 600 });

/** The simulation's services as a process sees them, in a world that keeps pace with true time. */
function open({ maxReceives = 100 } = {}): Ports {
  const world = new World({ seed: 1 });
  const installation = new Installation({ world, scenario: QUIET, invariants: [] });
  const begunAt = performance.now();
  const pace = setInterval(() => world.runUntil(performance.now() - begunAt), 1);
  onTestFinished(() => clearInterval(pace));
  Object.assign(installation, { newJobs: new QueueTwin(world, { maxReceives }) });
  installation.fleet.onTerminated = ({ nodeId }) => installation.fleet.gone(nodeId);
  installation.fleet.epochMs = Date.now();
  return portsOf(new SimProcess(world, 'somebody'), installation);
}

// What the simulation holds the daemons against has to do what every place does.
describeStoredJobs('the simulation', async () => open().store);
describeJobQueue('the simulation', async (options) => open(options).newJobs);
describeNodeStates('the simulation', async () => open().nodeStates);
describeLeadership('the simulation', async () => open().leadership);
describeFleet('the simulation', async () => open().fleet);
