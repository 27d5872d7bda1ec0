import type { Installation } from '../installation.ts';
import type { NodeHost } from './node-host.ts';

/** A spot instance that is taken back in two minutes, or at once. */
export function giveNotice(node: NodeHost, leftMs: number, installation: Installation): void {
  const { world, judge, facts } = installation;
  world.note(node.nodeId, `is going to be taken back in ${leftMs / 1000} s`);
  if (node.attempts.size > 0) facts.count('a spot notice at work');
  const { process } = node;
  node.outlook = { action: 'terminate', at: (process?.clock.now() ?? 0) + leftMs };
  world.after(leftMs, () => {
    judge.tell('takenBack', { node, noticeMs: leftMs });
    node.takeAway();
  });
}

export function loseMessage({ newJobs, facts, world }: Installation): void {
  const lost = newJobs.lose();
  if (lost === undefined) return;
  world.note('chaos', `a message gets lost: ${lost.body}`);
  facts.count('a message gets lost');
  facts.lostMessage(lost.body);
}

export function doubleMessage({ newJobs, facts, world }: Installation): void {
  if (newJobs.messages.length === 0) return;
  const { body } = world.random.pick(newJobs.messages);
  world.note('chaos', `a message comes twice: ${body}`);
  facts.count('a message comes twice');
  newJobs.send(body);
}
