import { Skipped, type Figure, type Measurement, type Run } from '../figure.ts';

/** What came of one figure. */
export type Outcome = { readonly id: string; readonly title: string; readonly seconds: number } & (
  | { readonly measurements: readonly Measurement[] }
  /** Why this machine cannot measure it. */
  | { readonly skipped: string }
  /** What went wrong. */
  | { readonly failed: string }
);

/** Measures one figure after the other; one that fails keeps no other from its turn. */
export async function runFigures(
  figures: readonly Figure[],
  run: Run,
  onOutcome: (outcome: Outcome) => void,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const figure of figures) {
    const outcome = await runFigure(figure, run);
    outcomes.push(outcome);
    onOutcome(outcome);
  }
  return outcomes;
}

async function runFigure({ id, title, measure }: Figure, run: Run): Promise<Outcome> {
  const startedAt = performance.now();
  const about = () => ({ id, title, seconds: (performance.now() - startedAt) / 1000 });
  try {
    const measured = await measure(run);
    const measurements = isList(measured) ? measured : [measured];
    return { ...about(), measurements };
  } catch (thrown: unknown) {
    if (thrown instanceof Skipped) return { ...about(), skipped: thrown.message };
    const failed = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    return { ...about(), failed };
  }
}

function isList(
  measured: Measurement | readonly Measurement[],
): measured is readonly Measurement[] {
  return Array.isArray(measured);
}
