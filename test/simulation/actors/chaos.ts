import type { Installation } from '../installation.ts';
import { NO_FAULTS, type Service } from '../line.ts';

const SERVICES: readonly Service[] = [
  'store',
  'queue',
  'node states',
  'leadership',
  'fleet',
  'media',
];
const MEAN_PAUSE_MS = 12_000;

/** Makes things go wrong until the calm, as much as the scenario wants. */
export function startChaos(installation: Installation): void {
  const { world, scenario, line, troubles, fleet, newJobs, stateChanges } = installation;
  const { harshness, calmAt } = scenario;
  world.after(calmAt, () => calm(installation));
  if (harshness === 0) return;
  const { random } = world;
  const some = (most: number) => (random.chance(0.6) ? random.next() * most * harshness : 0);
  line.faults = {
    fates: {
      refused: some(0.08),
      lost: some(0.04),
      'answer lost': some(0.06),
      repeated: some(0.04),
      'crash before': some(0.004),
      'crash after': some(0.004),
    },
    slow: some(0.1),
  };
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
  const again = () => {
    if (installation.calmSince !== undefined) return;
    strike(installation);
    world.after((random.next() * 2 * MEAN_PAUSE_MS) / harshness, again);
  };
  world.after(random.next() * MEAN_PAUSE_MS, again);
}

function strike(installation: Installation): void {
  const { world, line, fleet, nodes, feederds } = installation;
  const { random } = world;
  const living = nodes.filter(({ process }) => process?.isAlive === true);
  const node = living.length > 0 ? random.pick(living) : undefined;
  const process = random.chance(0.7) ? node?.process : random.pick(feederds).process;
  switch (random.whole(0, 10)) {
    case 0:
      return process?.kill('SIGKILL');
    case 1:
      return node?.takeAway();
    case 2:
      return process?.pause(random.between(1000, 90_000), random.pick(['run on', 'stand still']));
    case 3:
      return process && line.cutOff(process, random.between(2000, 60_000));
    case 4:
      return line.outage(random.pick(SERVICES), random.between(1000, 30_000));
    case 5:
      return node && giveNotice(node, installation);
    case 6:
      return node?.sigterm();
    case 7:
      fleet.troubles.refuses = !fleet.troubles.refuses;
      return;
    case 8:
      fleet.troubles.givesFewer = !fleet.troubles.givesFewer;
      return;
    case 9:
      return random.pick(feederds).process?.kill('SIGKILL');
    default:
      return restartKilled(installation);
  }
}

/** A spot instance that is taken back in two minutes, or at once. */
function giveNotice(node: Installation['nodes'][number], { world }: Installation): void {
  const leftMs = world.random.pick([5000, 60_000, 120_000]);
  world.note(node.nodeId, `is going to be taken back in ${leftMs / 1000} s`);
  const { process } = node;
  node.outlook = { action: 'terminate', at: (process?.clock.now() ?? 0) + leftMs };
  world.after(leftMs, () => node.takeAway());
}

/** As systemd does, on a machine whose nommerd was killed. */
function restartKilled({ nodes }: Installation): void {
  for (const node of nodes) if (!node.machine.isGone && node.hasCrashed) node.start();
}

/** From now on every call is answered, every process runs and every machine boots. */
function calm(installation: Installation): void {
  const { world, line, troubles, fleet, feederds, nodes, newJobs, stateChanges } = installation;
  world.note('chaos', 'nothing goes wrong from now on');
  installation.calmSince = world.now;
  line.faults = NO_FAULTS;
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
  for (const { process } of [...feederds, ...nodes]) {
    process?.resume('run on');
    if (process !== undefined) process.behindMs = 0;
  }
  for (const feederd of feederds) feederd.start();
  restartKilled(installation);
}
