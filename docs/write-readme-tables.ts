import { readFile, writeFile } from 'node:fs/promises';
import {
  METRICS_TABLES,
  MIGRATION_PARTS,
  NOMMER_PARTS,
  PRESETS_TABLES,
  README_TABLES,
  withTables,
} from './readme-tables.ts';

for (const [name, tables] of [
  ['../README.md', README_TABLES],
  ['metrics.md', METRICS_TABLES],
  ['presets.md', PRESETS_TABLES],
  ['writing-a-nommer.md', NOMMER_PARTS],
  ['migration-from-2012.md', MIGRATION_PARTS],
] as const) {
  const page = new URL(name, import.meta.url);
  await writeFile(page, withTables(await readFile(page, 'utf8'), tables));
}
