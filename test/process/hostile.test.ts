import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withPart } from '../../docs/readme-tables.ts';
import { CORPUS } from '../hostile/cases/all.ts';
import { Ground } from '../hostile/ground.ts';
import { judge } from '../hostile/judge.ts';
import { renderTable } from '../hostile/render-table.ts';
import { runCorpus, type CorpusRun } from '../hostile/run-corpus.ts';

const SECURITY = new URL('../../docs/security.md', import.meta.url);

describe('everything hostile that we know of, in one installation', () => {
  let ground: Ground;
  let corpus: CorpusRun;

  beforeAll(async () => {
    ground = await Ground.open();
    corpus = await runCorpus(ground, Object.values(CORPUS).flat());
  }, 1_200_000);

  afterAll(() => ground.close(), 60_000);

  it('is told about as it should be, and harms nobody', async () => {
    expect(await judge(ground, corpus)).toEqual([]);
  }, 120_000);

  it('is in docs/security.md with what the user is told (npm run hostile)', async () => {
    const page = await readFile(SECURITY, 'utf8');
    expect(page).toBe(withPart(page, 'hostile', renderTable(CORPUS, corpus)));
  });
});
