import { readFile, writeFile } from 'node:fs/promises';
import { METRICS_TABLES, README_TABLES, withTables } from './readme-tables.ts';

for (const [name, tables] of [
  ['../README.md', README_TABLES],
  ['metrics.md', METRICS_TABLES],
] as const) {
  const page = new URL(name, import.meta.url);
  await writeFile(page, withTables(await readFile(page, 'utf8'), tables));
}
