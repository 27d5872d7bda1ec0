import { isWorkingState, type WorkingState } from '../../../src/core/job-states.ts';
import type { Installation } from '../installation.ts';
import { STOP_MS } from '../line.ts';
import type { LoneStrike } from '../scenario.ts';
import { doubleMessage, giveNotice, loseMessage } from './mishaps.ts';
import type { NodeHost } from './node-host.ts';

const CUT_OFF_MS = 60_000;
const AWAY_MS = 200_000;
const NO_CAPACITY_MS = 330_000;
const STATES: readonly WorkingState[] = ['DOWNLOADING', 'ENCODING', 'UPLOADING'];

/** One thing goes wrong, while somebody works, and nothing else: then all promises count at once. */
export function strikeOnce(installation: Installation): void {
  const { scenario, world, line, facts } = installation;
  const { strike } = scenario;
  if (strike === undefined) return;
  facts.count('a run in which nothing goes wrong but one thing');
  if (typeof strike !== 'string') {
    line.aims = [strike];
    return;
  }
  if (strike === 'a boot hangs') {
    installation.hangsNextBoot = true;
    return;
  }
  if (strike === 'no capacity') {
    installation.troubled(NO_CAPACITY_MS);
    installation.fleet.troubles.refuses = true;
    world.after(NO_CAPACITY_MS, () => (installation.fleet.troubles.refuses = false));
    return;
  }
  const state = world.random.pick(STATES);
  const afterMs = world.random.pick([0, 10, 100, 1000, 5000]);
  let isStruck = false;
  facts.onStored.push(({ after }) => {
    if (isStruck || !isWorkingState(after.jobState) || after.jobState !== state) return;
    isStruck = true;
    const { lease } = after;
    world.after(afterMs, () => {
      const holder = installation.nodes.find(({ nodeId }) => nodeId === lease?.nodeId);
      if (holder?.process?.isAlive === true) act(strike, holder, installation);
    });
  });
}

function act(strike: LoneStrike, holder: NodeHost, installation: Installation): void {
  const { world, line, leader, feederds, facts } = installation;
  const { random } = world;
  installation.troubled(world.now);
  if (strike.endsWith('leader')) facts.count('the leader is struck');
  else facts.count('the holder of a job is struck');
  switch (strike) {
    case 'kill the holder':
      return holder.process?.kill('SIGKILL');
    case 'take the holder away':
      return holder.takeAway();
    case 'stop the holder':
      return holder.sigterm();
    case 'spot notice':
      return giveNotice(holder, random.pick([60_000, 120_000]), installation);
    case 'rebalance':
      return holder.advise();
    case 'holder stands still':
    case 'holder sleeps':
      installation.troubled(world.now + STOP_MS);
      return holder.process?.pause(STOP_MS, strike === 'holder sleeps' ? 'run on' : 'stand still');
    case 'holder is cut off':
      installation.troubled(world.now + CUT_OFF_MS);
      return holder.process && line.cutOff(holder.process, CUT_OFF_MS);
    case 'kill the leader':
      return leader?.process?.kill('SIGKILL');
    case 'stop the leader':
      return leader?.stop();
    case 'all feederds die':
      for (const feederd of feederds) feederd.die(AWAY_MS);
      return;
    case 'lose a message':
      return loseMessage(installation);
    case 'double a message':
      return doubleMessage(installation);
    case 'a boot hangs':
    case 'no capacity':
      return;
  }
}
