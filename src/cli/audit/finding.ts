/** Something that is not as it should be. */
export interface Finding {
  /** Which check has found it; for programs. */
  readonly check: string;
  /** `warning`: may be meant so, or passes by itself. */
  readonly severity: 'problem' | 'warning';
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

/** How findings name a job. */
export function subjectOf({ uniqueId }: { readonly uniqueId: string }): string {
  return `job ${uniqueId}`;
}
