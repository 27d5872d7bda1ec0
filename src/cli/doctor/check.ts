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

/** For a machine where the rest goes on without it. */
export function asWarning(check: Check, advice: string): Check {
  return check.verdict === 'problem' ? { ...check, verdict: 'warning', advice } : check;
}
