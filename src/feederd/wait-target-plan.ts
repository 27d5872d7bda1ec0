/** What there is to do and who does it, in seconds from now on. */
export interface WaitTargetFacts {
  /** Oldest first. */
  readonly waiting: readonly WaitingJob[];
  readonly nodes: readonly NodeForecast[];
  /** From a launch until the new node takes jobs. */
  readonly bootSeconds: number;
  /** How launches go of late. Default: every node comes up. */
  readonly boots?: BootsSeen;
  /** How many nodes the maximum leaves room for. */
  readonly room: number;
}

export interface BootsSeen {
  /** After so long a node that boots is given up on. */
  readonly lateSeconds: number;
  /** What part of the launched nodes never comes up. */
  readonly lostShare: number;
}

export interface WaitingJob {
  readonly waitedSeconds: number;
  /** A back-off or a dead node's lease: nobody may take it earlier. */
  readonly earliestSeconds: number;
  readonly workSeconds: number;
}

export interface NodeForecast {
  readonly slots: number;
  /** 0 for a node that takes jobs already. */
  readonly readySeconds: number;
  /** What is left of each job it works on. */
  readonly remainingSeconds: readonly number[];
  /** It was launched, and nothing was heard of it yet. */
  readonly isBooting?: boolean;
}

export interface WaitTargetSettings {
  readonly slotsPerNode: number;
  readonly waitTargetSeconds: number;
}

/** How likely it may be that fewer nodes come up than were counted on. */
const DOUBT = 0.05;
/** Where more get lost, something is wrong with all of them, and spare ones would be no better. */
const MOST_LOST = 0.25;

/**
 * How many nodes to launch so that no job waits longer than the target for a slot. Where that is out of
 * reach (the target is shorter than a boot, or the job has waited for long) no job waits longer than
 * from now until a new node would be there. Thus a launched node always has something to do: the job it
 * is launched for finds every other slot taken when the node is ready. Where boots get lost, and the target
 * leaves no time for a second one, there are spare nodes besides.
 */
export function nodesForWaitTarget(facts: WaitTargetFacts, settings: WaitTargetSettings): number {
  let count = 0;
  let enough = Math.max(facts.room, 0);
  // More slots make nobody later: the fewest nodes that are enough can be searched for by halves.
  while (count < enough) {
    const middle = Math.floor((count + enough) / 2);
    if (someoneIsLate(middle, facts, settings)) count = middle + 1;
    else enough = middle;
  }
  return count;
}

/** Gives the jobs to the slots in order, each to the one that is free first. */
function someoneIsLate(
  newNodes: number,
  facts: WaitTargetFacts,
  settings: WaitTargetSettings,
): boolean {
  const { waiting, bootSeconds } = facts;
  const freeAt = nodesToCountOn(newNodes, facts, settings).flatMap(slotsOf);
  return waiting.some(({ waitedSeconds, earliestSeconds, workSeconds }) => {
    const slot = firstFree(freeAt);
    const start = Math.max(freeAt[slot] ?? Number.POSITIVE_INFINITY, earliestSeconds);
    const allowed = Math.max(
      settings.waitTargetSeconds - waitedSeconds,
      bootSeconds,
      earliestSeconds,
    );
    // A node for a job that nobody may take yet is launched when it can be there in time.
    if (start > allowed && earliestSeconds <= bootSeconds) return true;
    if (slot >= 0) freeAt[slot] = start + workSeconds;
    return false;
  });
}

/** Those that are up, and of those that come up as many as surely do. */
function nodesToCountOn(
  newNodes: number,
  { nodes, bootSeconds, boots }: WaitTargetFacts,
  { slotsPerNode, waitTargetSeconds }: WaitTargetSettings,
): readonly NodeForecast[] {
  const fresh = { slots: slotsPerNode, readySeconds: bootSeconds, remainingSeconds: [] };
  const booting = [
    ...nodes.filter(({ isBooting }) => isBooting),
    ...Array.from({ length: newNodes }, () => fresh),
  ];
  const { lateSeconds, lostShare } = boots ?? { lateSeconds: 0, lostShare: 0 };
  const hasTimeForAnother = waitTargetSeconds >= lateSeconds + bootSeconds;
  const lost = hasTimeForAnother ? 0 : likelyLost(booting.length, lostShare);
  const soonestFirst = booting.toSorted((a, b) => a.readySeconds - b.readySeconds);
  return [
    ...nodes.filter(({ isBooting }) => !isBooting),
    ...soonestFirst.slice(0, booting.length - lost),
  ];
}

/** The fewest of `count` that are exceeded with no more likelihood than `DOUBT`, when each is lost by chance. */
function likelyLost(count: number, lostShare: number): number {
  if (lostShare > MOST_LOST) return 0;
  let lost = 0;
  let exactly = (1 - lostShare) ** count;
  let upTo = exactly;
  while (1 - upTo > DOUBT && lost < count) {
    exactly *= ((count - lost) / (lost + 1)) * (lostShare / (1 - lostShare));
    lost += 1;
    upTo += exactly;
  }
  return lost;
}

/** When each slot of a node is free. */
function slotsOf({ slots, readySeconds, remainingSeconds }: NodeForecast): readonly number[] {
  return Array.from({ length: slots }, (_, slot) =>
    Math.max(readySeconds, remainingSeconds[slot] ?? 0),
  );
}

/** @returns -1 when there are no slots */
function firstFree(freeAt: readonly number[]): number {
  let first = freeAt.length === 0 ? -1 : 0;
  for (let slot = 1; slot < freeAt.length; slot += 1) {
    if ((freeAt[slot] ?? 0) < (freeAt[first] ?? 0)) first = slot;
  }
  return first;
}
