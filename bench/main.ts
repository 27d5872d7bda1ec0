import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { containment } from './containment.ts';
import type { Figure } from './figure.ts';
import { describeMachine, machineText } from './harness/describe-machine.ts';
import { TABLE_HEAD, tableRows } from './harness/render-table.ts';
import { runFigures } from './harness/run-figures.ts';
import { writeDocuments } from './harness/write-documents.ts';
import { wholeJob } from './p1-whole-job.ts';
import { start } from './p10-start.ts';
import { recovery } from './p11-recovery.ts';
import { tinyJob } from './p2-tiny-job.ts';
import { dispatch } from './p3-dispatch.ts';
import { submits } from './p4-submits.ts';
import { throughput } from './p5-throughput.ts';
import { memory } from './p6-memory.ts';
import { transfer } from './p6-transfer.ts';
import { reconcile } from './p7-reconcile.ts';
import { idle } from './p8-idle.ts';
import { fleet } from './p9-fleet.ts';
import { printPresets } from './presets/print-presets.ts';
import { printRequests } from './requests/print-requests.ts';

const FIGURES: readonly Figure[] = [
  ...[wholeJob, tinyJob, dispatch, submits, throughput, transfer, memory],
  ...[reconcile, idle, fleet, start, recovery, containment],
];
/** Counts instead of times, and with no anchor: tables of their own, only if they are asked for. */
const REQUESTS = 'REQUESTS';
const PRESETS = 'PRESETS';
const KNOWN = [...new Set(FIGURES.map(({ id }) => id)), REQUESTS, PRESETS];

const USAGE = `Usage: npm run bench -- [FIGURE …] [options]

FIGURE is one of ${KNOWN.join(', ')}; default: all but the last two, which
take 8 minutes each.

  --quick        few rounds and little data: whether it works, not how fast
  --json FILE    where the samples go (default: bench-results.json)
  --write        also put table, picture and samples into docs/
  --minutes N    how long ${REQUESTS} counts (default: 5)
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string', default: 'bench-results.json' },
    write: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '5' },
    help: { type: 'boolean', short: 'h' },
  },
});
const minutes = Number(values.minutes);
const given = positionals.map((id) => id.toUpperCase());
const unknown = given.filter((id) => !KNOWN.includes(id));
if (values.help || unknown.length > 0 || !(minutes > 0)) {
  if (unknown.length > 0) process.stderr.write(`There is no figure ${unknown.join(', ')}.\n\n`);
  process.stderr.write(USAGE);
  process.exit(values.help ? 0 : 2);
}

const wanted = FIGURES.filter(({ id }) => given.length === 0 || given.includes(id));
if (wanted.length > 0) {
  const measuredAt = new Date().toISOString();
  const machine = await describeMachine();
  print(machineText(machine));
  print('');
  for (const line of TABLE_HEAD) print(line);
  const { quick } = values;
  const outcomes = await runFigures(wanted, { quick }, (outcome) => {
    for (const line of tableRows(outcome)) print(line);
    if ('failed' in outcome) process.stderr.write(`${outcome.id}: ${outcome.failed}\n`);
  });
  const results = { measuredAt, machine, outcomes };
  await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`);
  if (values.write) await writeDocuments(results, join(import.meta.dirname, '../docs'));
  if (outcomes.some((outcome) => 'failed' in outcome)) process.exitCode = 1;
}
if (given.includes(REQUESTS)) await printRequests(minutes, print);
if (given.includes(PRESETS)) await printPresets(values, print);

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
