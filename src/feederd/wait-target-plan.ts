/** What there is to do and who does it, in seconds from now on. */
export interface WaitTargetFacts {
  /** Oldest first. */
  readonly waiting: readonly WaitingJob[];
  readonly nodes: readonly NodeForecast[];
  /** From a launch until the new node takes jobs. */
  readonly bootSeconds: number;
  /** How many nodes the maximum leaves room for. */
  readonly room: number;
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
}

export interface WaitTargetSettings {
  readonly slotsPerNode: number;
  readonly waitTargetSeconds: number;
}

/**
 * How many nodes to launch so that no job waits longer than the target for a slot. Where that is out of
 * reach (the target is shorter than a boot, or the job has waited for long) no job waits longer than
 * from now until a new node would be there. Thus a launched node always has something to do: the job it
 * is launched for finds every other slot taken when the node is ready.
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
  { waiting, nodes, bootSeconds }: WaitTargetFacts,
  { slotsPerNode, waitTargetSeconds }: WaitTargetSettings,
): boolean {
  const newSlots = Array.from({ length: newNodes * slotsPerNode }, () => bootSeconds);
  const freeAt = [...nodes.flatMap(slotsOf), ...newSlots];
  return waiting.some(({ waitedSeconds, earliestSeconds, workSeconds }) => {
    const slot = firstFree(freeAt);
    const start = Math.max(freeAt[slot] ?? Number.POSITIVE_INFINITY, earliestSeconds);
    const allowed = Math.max(waitTargetSeconds - waitedSeconds, bootSeconds, earliestSeconds);
    // A node for a job that nobody may take yet is launched when it can be there in time.
    if (start > allowed && earliestSeconds <= bootSeconds) return true;
    if (slot >= 0) freeAt[slot] = start + workSeconds;
    return false;
  });
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
