/** Enough of a job's id to tell jobs apart; commands take it for the whole. */
export function shortId(uniqueId: string): string {
  return uniqueId.slice(0, 12);
}
