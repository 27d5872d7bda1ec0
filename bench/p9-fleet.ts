import { readFile, writeFile } from 'node:fs/promises';
import { withPart } from '../docs/readme-tables.ts';
import { median, type Figure, type Measurement, type Series } from './figure.ts';
import { compareAll, TRACE_NAMES, type Comparison, type RunFigures } from './fleet/compare.ts';
import { MOST_COST, MOST_WAIT_SECONDS } from './fleet/goals.ts';
import { KEDA, OURS, TUNED_KEDA } from './fleet/policies/all.ts';
import { renderPicture } from './fleet/render-picture.ts';
import { renderTable } from './fleet/render-table.ts';
import type { TraceName } from './fleet/trace.ts';

const DOCS = new URL('../docs/', import.meta.url);
const SEEDS = { quick: 2, whole: 10 };

/** What the production scaling plan makes a fleet cost, and jobs wait, in virtual time. */
export const fleet: Figure = {
  id: 'P9',
  title: 'fleet in simulation, 48 h of jobs, against the clairvoyant fleet',
  async measure({ quick }) {
    const comparisons = await compareAll(quick ? SEEDS.quick : SEEDS.whole);
    if (!quick) await writeDocuments(comparisons);
    return TRACE_NAMES.flatMap((trace) => [costOf(trace, comparisons), waitOf(trace, comparisons)]);
  },
};

function costOf(trace: TraceName, comparisons: readonly Comparison[]): Measurement {
  const most = MOST_COST[trace];
  return {
    ...against(trace, comparisons, ({ costRatio }) => costRatio),
    unit: '×',
    what: `cost, ${trace}`,
    reach: `≤ × ${most}`,
    bound: { most },
  };
}

function waitOf(trace: TraceName, comparisons: readonly Comparison[]): Measurement {
  return {
    ...against(trace, comparisons, ({ waitSeconds }) => waitSeconds.p95),
    unit: 's',
    what: `p95 wait, ${trace}`,
    reach: `≤ ${MOST_WAIT_SECONDS} s: boot + 10 s`,
    bound: { most: MOST_WAIT_SECONDS },
  };
}

function against(
  trace: TraceName,
  comparisons: readonly Comparison[],
  of: (run: RunFigures) => number,
): Pick<Measurement, 'anchor' | 'ours' | 'others' | 'result'> {
  const series = (name: string): Series => {
    const own = comparisons.find((each) => each.trace === trace && each.policy === name);
    return { name, samples: (own?.runs ?? []).map(of) };
  };
  const ours = series(OURS.name);
  const value = median(ours.samples);
  return {
    ours,
    anchor: series(KEDA.name),
    others: [series(TUNED_KEDA.name)],
    result: { text: value.toFixed(2), value },
  };
}

/** The table into docs/fleet.md, the picture and every run's figures beside it: always the same ones. */
async function writeDocuments(comparisons: readonly Comparison[]): Promise<void> {
  const page = new URL('fleet.md', DOCS);
  const abouts = new Map(comparisons.map(({ policy, about }) => [policy, about]));
  const part = [
    '![What a fleet costs, and how long jobs wait, under each policy and trace](fleet.svg)',
    '',
    ...renderTable(comparisons),
    '',
    ...[...abouts].map(([policy, about]) => `- **${policy}**: ${about}`),
    '',
  ].join('\n');
  await writeFile(page, withPart(await readFile(page, 'utf8'), 'fleet', part));
  await writeFile(new URL('fleet.svg', DOCS), renderPicture(comparisons));
  await writeFile(new URL('fleet.json', DOCS), `${JSON.stringify(comparisons, null, 1)}\n`);
}
