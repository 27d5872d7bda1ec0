import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { machineText, type Machine } from './describe-machine.ts';
import { renderPicture } from './render-picture.ts';
import { TABLE_HEAD, tableRows } from './render-table.ts';
import type { Outcome } from './run-figures.ts';

export interface Results {
  /** ISO 8601. */
  readonly measuredAt: string;
  readonly machine: Machine;
  readonly outcomes: readonly Outcome[];
}

const run = promisify(execFile);
const BLOCK = /(<!-- figures:begin -->\n)[^]*(<!-- figures:end -->)/;

/** Puts the results into docs/performance.md, with the picture and the raw samples beside it. */
export async function writeDocuments(results: Results, folder: string): Promise<void> {
  const page = join(folder, 'performance.md');
  const text = await readFile(page, 'utf8');
  if (!BLOCK.test(text)) throw new Error(`${page} has no place for the figures`);
  const { machine, outcomes, measuredAt } = results;
  const block = [
    '',
    `Measured on ${measuredAt.slice(0, 10)}: ${machineText(machine)}. [All samples](performance.json).`,
    '',
    ...TABLE_HEAD,
    ...outcomes.flatMap(tableRows),
    '',
    '![how far each result is from what it is to reach](performance.svg)',
    '',
    '',
  ].join('\n');
  await writeFile(
    page,
    text.replace(BLOCK, (_all, begin: string, end: string) => begin + block + end),
  );
  await writeFile(join(folder, 'performance.svg'), renderPicture(outcomes));
  const samples = join(folder, 'performance.json');
  await writeFile(samples, JSON.stringify(results));
  await run('oxfmt', [page, samples]);
}
