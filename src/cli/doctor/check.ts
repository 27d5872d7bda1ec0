/** What one look at the machine found. */
export interface Check {
  readonly name: string;
  /** `problem`: cannot work so. `warning`: works, but not all or not well. */
  readonly verdict: 'ok' | 'warning' | 'problem';
  /** What there is. */
  readonly found: string;
  /** What to do, where something is to be done. */
  readonly advice?: string;
}
