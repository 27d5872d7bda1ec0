/** The middle one of the values; undefined of none. */
export function median(values: Iterable<number>): number | undefined {
  const sorted = [...values].toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
