import { median } from '../figure.ts';
import { TRACE_NAMES, type Comparison } from './compare.ts';
import { MOST_COST, MOST_WAIT_SECONDS } from './goals.ts';
import type { TraceName } from './trace.ts';

const PANEL = { width: 430, height: 300 };
/** Around the axes of a panel. */
const ROOM = { left: 52, right: 14, top: 34, bottom: 44 };
const LEGEND_ROW = 20;
const LEGEND_COLUMNS = 3;
/** Both axes are logarithmic; what lies outside is drawn at the edge. */
const COST = { from: 0.9, to: 10, ticks: [1, 1.5, 2, 3, 5, 8] };
const WAIT = { from: 20, to: 3000, ticks: [30, 60, 120, 300, 600, 1200, 2400] };
/** Bright enough on dark, dark enough on bright; ours first. */
const COLOURS = ['#e0457b', '#f08a4b', '#b9770e', '#8a8f98', '#3d8bfd', '#12a594', '#9b6bdf'];
const STYLE =
  'text{fill:#333;font:12px sans-serif}.soft{fill:#666;font-size:11px}.title{font-weight:bold;font-size:14px}' +
  '.axis{stroke:#888;fill:none}.grid{stroke:#8883}.goal{fill:#2a9d5c33;stroke:#2a9d5c;stroke-dasharray:4 3}' +
  '@media(prefers-color-scheme:dark){text{fill:#ddd}.soft{fill:#aaa}}';

interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * Cost against wait as SVG: a panel for every trace, a colour for every policy, a small dot for every seed
 * and a large one for their median. Lower left is better; the green corner is to be reached.
 */
export function renderPicture(comparisons: readonly Comparison[]): string {
  const policies = [...new Set(comparisons.map(({ policy }) => policy))];
  const colourOf = (policy: string) => COLOURS[policies.indexOf(policy) % COLOURS.length] ?? '';
  const legendRows = Math.ceil(policies.length / LEGEND_COLUMNS);
  const width = 2 * PANEL.width;
  const height = 2 * PANEL.height + legendRows * LEGEND_ROW + 14;
  const panels = TRACE_NAMES.map((trace, index) => {
    const at = { x: (index % 2) * PANEL.width, y: Math.floor(index / 2) * PANEL.height };
    const own = comparisons.filter((comparison) => comparison.trace === trace);
    return panel({ trace, at, comparisons: own, colourOf });
  });
  const legend = policies.map((policy, index) => {
    const x = ROOM.left + (index % LEGEND_COLUMNS) * ((width - ROOM.left) / LEGEND_COLUMNS);
    const y = 2 * PANEL.height + Math.floor(index / LEGEND_COLUMNS) * LEGEND_ROW + 12;
    return (
      `<circle cx="${x}" cy="${y - 4}" r="6" fill="${colourOf(policy)}"/>` +
      `<text x="${x + 12}" y="${y}">${policy}</text>`
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
    '<title>What a fleet costs, and how long jobs wait, under each policy and trace</title>',
    `<style>${STYLE}</style>`,
    ...panels.flat(),
    ...legend,
    '</svg>',
    '',
  ].join('\n');
}

interface Panel {
  readonly trace: TraceName;
  readonly at: Place;
  readonly comparisons: readonly Comparison[];
  readonly colourOf: (policy: string) => string;
}

function panel({ trace, at, comparisons, colourOf }: Panel): readonly string[] {
  const left = at.x + ROOM.left;
  const right = at.x + PANEL.width - ROOM.right;
  const top = at.y + ROOM.top;
  const bottom = at.y + PANEL.height - ROOM.bottom;
  const x = (cost: number) => along(cost, COST, left, right);
  const y = (wait: number) => along(wait, WAIT, bottom, top);
  const goal = { x: x(MOST_COST[trace]), y: y(MOST_WAIT_SECONDS) };
  return [
    `<text class="title" x="${left}" y="${top - 14}">${trace}</text>`,
    `<rect class="goal" x="${left}" y="${goal.y}" width="${goal.x - left}" height="${bottom - goal.y}"/>`,
    ...COST.ticks.map(
      (cost) =>
        `<path class="grid" d="M${x(cost)} ${top}V${bottom}"/>` +
        `<text class="soft" x="${x(cost)}" y="${bottom + 16}" text-anchor="middle">${cost}</text>`,
    ),
    ...WAIT.ticks.map(
      (wait) =>
        `<path class="grid" d="M${left} ${y(wait)}H${right}"/>` +
        `<text class="soft" x="${left - 6}" y="${y(wait) + 4}" text-anchor="end">${wait}</text>`,
    ),
    `<path class="axis" d="M${left} ${top}V${bottom}H${right}"/>`,
    `<text class="soft" x="${right}" y="${bottom + 34}" text-anchor="end">cost ÷ clairvoyant fleet</text>`,
    `<text class="soft" x="${left + 6}" y="${top + 10}">p95 wait, s</text>`,
    ...comparisons.map(({ policy, runs }) => {
      const costs = runs.map(({ costRatio }) => costRatio);
      const waits = runs.map(({ waitSeconds }) => waitSeconds.p95);
      const dots = runs.map(
        ({ costRatio, waitSeconds }) =>
          `<circle cx="${x(costRatio)}" cy="${y(waitSeconds.p95)}" r="2" opacity=".5"/>`,
      );
      const middle = `<circle cx="${x(median(costs))}" cy="${y(median(waits))}" r="6"/>`;
      return `<g fill="${colourOf(policy)}"><title>${policy}</title>${dots.join('')}${middle}</g>`;
    }),
  ];
}

/** Where a value lies on a logarithmic axis, to a tenth of a pixel. */
function along(
  value: number,
  { from, to }: { readonly from: number; readonly to: number },
  begin: number,
  end: number,
): number {
  const within = Math.min(Math.max(value, from), to);
  const share = Math.log(within / from) / Math.log(to / from);
  return Math.round((begin + share * (end - begin)) * 10) / 10;
}
