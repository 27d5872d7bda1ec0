import { readFile, writeFile } from 'node:fs/promises';
import { withTables } from './readme-tables.ts';

const README = new URL('../README.md', import.meta.url);

await writeFile(README, withTables(await readFile(README, 'utf8')));
