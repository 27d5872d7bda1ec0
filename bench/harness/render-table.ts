import { isReached, median, short, spread, type Measurement, type Series } from '../figure.ts';
import type { Outcome } from './run-figures.ts';

export const TABLE_HEAD = [
  '| figure | anchor | media-nommer | result | to reach | reached |',
  '| --- | --- | --- | --- | --- | --- |',
] as const;

/** The rows of one figure: each median with its spread. */
export function tableRows(outcome: Outcome): readonly string[] {
  const name = `${outcome.id} ${outcome.title}`;
  if ('skipped' in outcome) return [row([name, `skipped: ${outcome.skipped}`, '', '', '', ''])];
  if ('failed' in outcome) {
    return [row([name, `failed: ${outcome.failed.split('\n', 1)[0]}`, '', '', '', ''])];
  }
  return outcome.measurements.map((measurement, index) =>
    row([
      [index === 0 ? name : outcome.id, measurement.what].filter(Boolean).join(': '),
      [measurement.anchor, ...(measurement.others ?? [])]
        .map((series) => seriesText(series, measurement))
        .join('; '),
      seriesText(measurement.ours, measurement),
      measurement.result.text,
      measurement.reach,
      mark(measurement),
    ]),
  );
}

function seriesText({ name, samples }: Series, { unit }: Measurement): string {
  if (samples.length === 0) return name;
  const { low, high } = spread(samples);
  const range = samples.length > 1 ? ` (${short(low)}–${short(high)})` : '';
  return `${name}: ${short(median(samples))}${range} ${unit}`;
}

function mark(measurement: Measurement): string {
  const reached = isReached(measurement);
  if (reached === undefined) return '–';
  return reached ? 'yes' : '**no**';
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
