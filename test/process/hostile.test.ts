import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CORPUS } from '../hostile/cases/all.ts';
import { Ground } from '../hostile/ground.ts';
import { judge } from '../hostile/judge.ts';
import { renderLine, withoutColumns } from '../hostile/render-table.ts';
import { runCorpus, type CorpusRun } from '../hostile/run-corpus.ts';

const SECURITY = new URL('../../docs/security.md', import.meta.url);

/** The short form of `npm run hostile`: whatever is refused at once, and each ninth of what runs. */
const CASES = Object.values(CORPUS)
  .flat()
  .filter(({ told }, index) => told.at === 'submit' || index % 9 === 0);

describe('hostile input, in one installation', () => {
  let ground: Ground;
  let corpus: CorpusRun;

  beforeAll(async () => {
    ground = await Ground.open();
    corpus = await runCorpus(ground, CASES);
  }, 600_000);

  afterAll(() => ground.close(), 60_000);

  it('is told about as it should be, and harms nobody', async () => {
    expect(await judge(ground, corpus)).toEqual([]);
  }, 120_000);

  it('is in docs/security.md with what the user is told (npm run hostile)', async () => {
    const page = (await readFile(SECURITY, 'utf8')).split('\n').map(withoutColumns);
    const lines = corpus.outcomes.map(([one, outcome]) => renderLine(one, outcome));
    expect(lines.filter((line) => !page.includes(line))).toEqual([]);
  });
});
