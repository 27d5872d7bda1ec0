import { readFile, writeFile } from 'node:fs/promises';
import { withPart } from '../../docs/readme-tables.ts';
import { CORPUS } from './cases/all.ts';
import { Ground } from './ground.ts';
import { judge } from './judge.ts';
import { renderTable } from './render-table.ts';
import { runCorpus } from './run-corpus.ts';

const SECURITY = new URL('../../docs/security.md', import.meta.url);

const ground = await Ground.open();
try {
  const corpus = await runCorpus(ground, Object.values(CORPUS).flat());
  const wrong = await judge(ground, corpus);
  const rendered = renderTable(CORPUS, corpus);
  if (wrong.length === 0) {
    const page = await readFile(SECURITY, 'utf8');
    await writeFile(SECURITY, withPart(page, 'hostile', rendered));
  }
  console.log([rendered, ...wrong].join('\n'));
  console.log(`${corpus.outcomes.length} cases, ${wrong.length} things wrong`);
  if (wrong.length > 0) process.exitCode = 1;
} finally {
  await ground.close();
}
