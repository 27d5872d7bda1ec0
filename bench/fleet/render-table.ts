import { median, quantile } from '../figure.ts';
import type { Comparison, RunFigures } from './compare.ts';

/** One row for every trace and policy: medians over the seeds, and between what they lie. */
export function renderTable(comparisons: readonly Comparison[]): readonly string[] {
  const rows = comparisons.map(({ trace, policy, runs }) => [
    trace,
    policy,
    ranged(runs, ({ costRatio }) => costRatio, 2),
    plain(runs, ({ waitSeconds }) => waitSeconds.p50),
    ranged(runs, ({ waitSeconds }) => waitSeconds.p95, 0),
    plain(runs, ({ waitSeconds }) => waitSeconds.most),
    plain(runs, ({ launches }) => launches),
    plain(runs, ({ jobs }) => jobs),
  ]);
  return [
    '| trace | policy | cost ÷ clairvoyant | wait p50, s | p95, s | longest, s | launches | jobs |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ];
}

function ranged(
  runs: readonly RunFigures[],
  of: (run: RunFigures) => number,
  digits: number,
): string {
  const values = runs.map(of);
  const [low, high] = [quantile(values, 0), quantile(values, 1)];
  return `${median(values).toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}

function plain(runs: readonly RunFigures[], of: (run: RunFigures) => number): string {
  return median(runs.map(of)).toFixed(0);
}
