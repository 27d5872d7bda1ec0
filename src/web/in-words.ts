/** What went wrong, for a person. */
export function inWords(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
