import type { Installation } from '../installation.ts';
import { NO_FAULTS, type Service } from '../line.ts';
import type { SimProcess } from '../world/sim-process.ts';
import { doubleMessage, giveNotice, loseMessage } from './mishaps.ts';
import { strikeOnce } from './lone-strike.ts';
import type { NodeHost } from './node-host.ts';

const SERVICES: readonly Service[] = [
  'store',
  'queue',
  'node states',
  'leadership',
  'fleet',
  'media',
];
const MEAN_PAUSE_MS = 9000;

/** Makes things go wrong until the calm, as much as the scenario wants. */
export function startChaos(installation: Installation): void {
  const { world, scenario, line, troubles, fleet, newJobs, stateChanges } = installation;
  const { harshness, calmAt } = scenario;
  if (harshness === 0) return strikeOnce(installation);
  world.after(calmAt, () => calm(installation));
  const { random } = world;
  const some = (most: number) => (random.chance(0.6) ? random.next() * most * harshness : 0);
  line.faults = {
    fates: {
      refused: some(0.08),
      lost: some(0.04),
      'answer lost': some(0.06),
      repeated: some(0.04),
      'crash before': some(0.008),
      'crash after': some(0.012),
    },
    slow: some(0.1),
  };
  line.aims = scenario.aims;
  newJobs.shuffles = true;
  stateChanges.shuffles = true;
  troubles.listLagMs = some(5000);
  troubles.wrongDepth = random.chance(0.5);
  troubles.media = some(0.2);
  troubles.receiver = some(0.8);
  troubles.bootHangs = some(0.5);
  troubles.staysDead = some(1);
  troubles.powerOffFails = some(0.5);
  fleet.troubles.listLagMs = some(10_000);
  if (scenario.hasFrozenNode) freezeOne(installation);
  const again = () => {
    if (installation.isCalm()) return;
    strike(installation);
    world.after((random.next() * 2 * MEAN_PAUSE_MS) / harshness, again);
  };
  world.after(random.next() * MEAN_PAUSE_MS, again);
}

/** Whoever works is struck more often than whoever waits. */
function pickNode({ nodes, world, facts }: Installation): NodeHost | undefined {
  const living = nodes.filter(({ process }) => process?.isAlive === true);
  const holders = living.filter(({ attempts }) => attempts.size > 0);
  if (holders.length > 0 && world.random.chance(0.7)) {
    facts.count('the holder of a job is struck');
    return world.random.pick(holders);
  }
  return living.length > 0 ? world.random.pick(living) : undefined;
}

function pickProcess(installation: Installation): SimProcess | undefined {
  const { world, feederds, leader, facts } = installation;
  if (world.random.chance(0.65)) return pickNode(installation)?.process;
  if (leader !== undefined && world.random.chance(0.6)) {
    facts.count('the leader is struck');
    return leader.process;
  }
  return world.random.pick(feederds).process;
}

function strike(installation: Installation): void {
  const { world, line, fleet, feederds } = installation;
  const { random } = world;
  const clocks = random.pick(['run on', 'stand still'] as const);
  switch (random.whole(0, 14)) {
    case 0:
      return pickProcess(installation)?.kill('SIGKILL');
    case 1:
      return pickNode(installation)?.takeAway();
    case 2:
      return pickProcess(installation)?.pause(random.between(1000, 90_000), clocks);
    case 3: {
      const process = pickProcess(installation);
      return process && line.cutOff(process, random.between(2000, 60_000));
    }
    case 4:
      return line.outage(random.pick(SERVICES), random.between(1000, 30_000));
    case 5: {
      const node = pickNode(installation);
      return node && giveNotice(node, random.pick([5000, 60_000, 120_000]), installation);
    }
    case 6:
      return pickNode(installation)?.sigterm();
    case 7:
      fleet.troubles.refuses = !fleet.troubles.refuses;
      return;
    case 8:
      fleet.troubles.givesFewer = !fleet.troubles.givesFewer;
      return;
    case 9:
      return random.pick(feederds).stop();
    case 10:
      return pickNode(installation)?.advise();
    case 11:
      return random.chance(0.3) ? loseMessage(installation) : doubleMessage(installation);
    case 12:
      return pickNode(installation)?.process?.pause(random.between(35_000, 90_000), clocks);
    case 13:
      if (random.chance(0.2)) {
        for (const feederd of feederds) feederd.die(random.between(60_000, 200_000));
      }
      return;
    default:
      return restartKilled(installation);
  }
}

/** Its kernel hangs: nothing but feederd can end it. */
function freezeOne(installation: Installation): void {
  const { world, scenario, nodes } = installation;
  const again = () => {
    const node = nodes.find(({ process, machine }) => process?.isAlive && !machine.isByHand);
    if (node !== undefined) return node.freeze();
    if (world.now < scenario.calmAt) world.after(1000, again);
  };
  world.after(world.random.next() * scenario.calmAt, again);
}

/** As systemd does, on a machine whose nommerd was killed. */
function restartKilled({ nodes }: Installation): void {
  for (const node of nodes) if (!node.machine.isGone && node.hasCrashed) node.start();
}

/** From now on every call is answered, every process runs and every machine boots. */
function calm(installation: Installation): void {
  const { world, line, troubles, fleet, feederds, nodes, newJobs, stateChanges } = installation;
  world.note('chaos', 'nothing goes wrong from now on');
  installation.troubledUntil = world.now;
  line.faults = NO_FAULTS;
  line.aims = [];
  line.heal();
  Object.assign(troubles, {
    listLagMs: 0,
    wrongDepth: false,
    media: 0,
    receiver: 0,
    bootHangs: 0,
    staysDead: 0,
    powerOffFails: 0,
  });
  Object.assign(fleet.troubles, { refuses: false, givesFewer: false, listLagMs: 0 });
  newJobs.shuffles = false;
  stateChanges.shuffles = false;
  for (const { process, isFrozen } of [...feederds, ...nodes]) {
    if (isFrozen) continue;
    process?.resume('run on');
    if (process !== undefined) process.behindMs = 0;
  }
  for (const feederd of feederds) feederd.start();
  restartKilled(installation);
}
