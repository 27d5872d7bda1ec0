import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Installation } from './installation.ts';

const README = join(import.meta.dirname, '../../README.md');

describe('a nommer of one’s own', { timeout: 120_000 }, () => {
  let here: Installation;

  beforeAll(async () => {
    here = await Installation.create({ NOMMERS: '{"Copier": "./copier.ts"}' });
    const readme = await readFile(README, 'utf8');
    const [, example] = /put it into `copier\.ts`:\s+```ts\n(.*?)```/s.exec(readme) ?? [];
    await writeFile(here.path('copier.ts'), example ?? '');
    await here.startFeederd();
  });

  afterAll(() => here.destroy());

  it('runs as the README shows it', async () => {
    await writeFile(here.path('in.txt'), 'not even media');
    const id = await here.submitJob({
      source_path: here.uri('in.txt'),
      dest_path: here.uri('out.txt'),
      job_options: { nommer: 'Copier' },
    });
    const job = await here.finished(id);
    expect(job.result?.outputs[0]?.size).toBe(14);
    expect(await readFile(here.path('out.txt'), 'utf8')).toBe('not even media');
    expect(await (await fetch(`${here.url}/jobs/${id}/log`)).text()).toContain('copied');
  });
});
