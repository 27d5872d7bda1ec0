/** Something that is not as it should be. */
export interface Finding {
  /** Which check has found it; for programs. */
  readonly check: string;
  /** `warning`: may be meant so, or passes by itself. `unknown`: could not be looked at. */
  readonly severity: 'problem' | 'warning' | 'unknown';
  /** Whom it is about: `job 5f3a…`, `node i-1`, a file. */
  readonly subject: string;
  /** What is wrong, in a person's words. */
  readonly found: string;
  /** What to do, where something can be done. */
  readonly advice?: string;
}

/**
 * What looked wrong once. Things change while one looks: it is told if it looks the same a little later.
 */
export interface Suspicion {
  readonly finding: Finding;
  /** @returns the finding as it is now, undefined when all is well */
  readonly lookAgain: () => Promise<Finding | undefined>;
}

export function problem(check: string, subject: string, found: string, advice?: string): Finding {
  return { check, severity: 'problem', subject, found, ...(advice !== undefined && { advice }) };
}

export function warning(check: string, subject: string, found: string, advice?: string): Finding {
  return { ...problem(check, subject, found, advice), severity: 'warning' };
}

export function unknown(check: string, subject: string, found: string): Finding {
  return { ...problem(check, subject, found), severity: 'unknown' };
}

const ELAPSED = /\d+(\.\d+)? (s|min|h)( \d+ (s|min))?\b/g;

/** Whether two findings are the same one, seen twice: how long it lasts grows meanwhile, and nothing else. */
export function isSame(one: Finding, other: Finding): boolean {
  const asText = ({ check, severity, subject, found }: Finding) =>
    [check, severity, subject, found.replace(ELAPSED, '')].join('\n');
  return asText(one) === asText(other);
}

/** How findings name a job. */
export function subjectOf({ uniqueId }: { readonly uniqueId: string }): string {
  return `job ${uniqueId}`;
}
