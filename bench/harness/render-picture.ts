import { isReached, type Measurement } from '../figure.ts';
import type { Outcome } from './run-figures.ts';

const ROW = 24;
const LEFT = 330;
const WIDTH = 860;
const RIGHT = 120;
/** The axis: a hundredth to a hundred times of what is to be reached. */
const DECADES = 2;

/**
 * How far each result is from what it is to reach, as SVG: left of the line is better, one
 * step of the grid is ten times.
 */
export function renderPicture(outcomes: readonly Outcome[]): string {
  const rows = outcomes.flatMap((outcome) =>
    'measurements' in outcome
      ? outcome.measurements.flatMap((measurement) => {
          const share = shareOf(measurement);
          return share === undefined ? [] : [{ outcome, measurement, share }];
        })
      : [],
  );
  const height = (rows.length + 2) * ROW;
  const grid = Array.from({ length: 2 * DECADES + 1 }, (_, step) => 10 ** (step - DECADES));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...grid.map(
      (at) =>
        `<line x1="${x(at)}" x2="${x(at)}" y1="${ROW}" y2="${height - 8}" stroke="${at === 1 ? '#444' : '#ddd'}"/>` +
        `<text x="${x(at)}" y="16" text-anchor="middle" fill="#444">${at === 1 ? 'to reach' : `× ${at}`}</text>`,
    ),
    ...rows.map(({ outcome, measurement, share }, index) => {
      const y = (index + 1.7) * ROW;
      const colour = isReached(measurement) ? '#2a7d46' : '#b3402a';
      const name = [outcome.id, measurement.what ?? outcome.title].join(' ');
      return (
        `<text x="${LEFT - 8}" y="${y}" text-anchor="end">${escaped(name.slice(0, 52))}</text>` +
        `<line x1="${x(1)}" x2="${x(share)}" y1="${y - 4}" y2="${y - 4}" stroke="${colour}" stroke-width="3"/>` +
        `<circle cx="${x(share)}" cy="${y - 4}" r="5" fill="${colour}"/>` +
        `<text x="${WIDTH - RIGHT + 8}" y="${y}" fill="${colour}">${escaped(measurement.result.text.split(' (', 1)[0] ?? '')}</text>`
      );
    }),
    '</svg>',
    '',
  ].join('\n');
}

/** Of what is to be reached: 1 = just so, less is better. */
function shareOf({ result, bound }: Measurement): number | undefined {
  if (bound === undefined || !(result.value > 0)) return undefined;
  return 'most' in bound ? result.value / bound.most : bound.least / result.value;
}

function x(share: number): number {
  const at = Math.min(Math.max(Math.log10(share), -DECADES), DECADES);
  return Math.round(LEFT + ((at + DECADES) / (2 * DECADES)) * (WIDTH - LEFT - RIGHT));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
