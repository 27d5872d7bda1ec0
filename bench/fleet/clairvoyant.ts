/** Work of one slot, in milliseconds. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Seconds that a fleet costs at least which works on all of `intervals`, whatever it knew beforehand. At
 * every moment it has as many nodes as the slots in use need; it launches one whenever the need rises, a
 * boot before, or keeps one through a gap where that is cheaper. A bound and not a schedule: as if
 * encodes could move between nodes, no boot hung, and nothing was ever refused or taken back.
 */
export function leastFleetSeconds(
  intervals: readonly Interval[],
  { slots, bootSeconds }: { readonly slots: number; readonly bootSeconds: number },
): number {
  const edges = intervals
    .flatMap(({ fromMs, toMs }) => [
      { atMs: fromMs, step: 1 },
      { atMs: toMs, step: -1 },
    ])
    .toSorted((a, b) => a.atMs - b.atMs || a.step - b.step);
  const bootMs = bootSeconds * 1000;
  /** When the n-th node was needed last: the levels can be reckoned one by one. */
  const lastNeededMs: number[] = [];
  let totalMs = 0;
  let inUse = 0;
  let beforeMs = 0;
  for (const { atMs, step } of edges) {
    const needed = Math.ceil(inUse / slots);
    totalMs += needed * (atMs - beforeMs);
    for (let level = 0; level < needed; level += 1) lastNeededMs[level] = atMs;
    inUse += step;
    for (let level = needed; level < Math.ceil(inUse / slots); level += 1) {
      const gapMs = atMs - (lastNeededMs[level] ?? Number.NEGATIVE_INFINITY);
      totalMs += Math.min(gapMs, bootMs);
    }
    beforeMs = atMs;
  }
  return totalMs / 1000;
}
