import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Skipped, type Figure } from '../../../bench/figure.ts';
import { renderPicture } from '../../../bench/harness/render-picture.ts';
import { tableRows } from '../../../bench/harness/render-table.ts';
import { runFigures, type Outcome } from '../../../bench/harness/run-figures.ts';
import { writeDocuments } from '../../../bench/harness/write-documents.ts';

const measured: Figure = {
  id: 'P1',
  title: 'a job',
  measure: () =>
    Promise.resolve({
      unit: 'ms',
      anchor: { name: 'bare', samples: [100, 100] },
      others: [{ name: 'other', samples: [90] }],
      ours: { name: 'job', samples: [101, 103] },
      result: { text: '× 1.020', value: 1.02 },
      reach: '≤ × 1.02',
      bound: { most: 1.02 },
    }),
};
const twofold: Figure = {
  id: 'P2',
  title: 'a daemon',
  async measure(run) {
    const one = await measured.measure(run);
    if (!('unit' in one)) throw new Error('one measurement was expected');
    return [
      { ...one, what: 'start', bound: { most: 1 } },
      { ...one, what: 'a < b | c' },
    ];
  },
};
const skipped: Figure = {
  id: 'P3',
  title: 'a queue',
  measure: () => Promise.reject(new Skipped('there is no Redis')),
};
const failing: Figure = {
  id: 'P4',
  title: 'a fault',
  measure: () => Promise.reject(new Error('it broke\nin two lines')),
};

async function runAll(): Promise<readonly Outcome[]> {
  return runFigures([failing, measured, twofold, skipped], { quick: true }, () => {});
}

describe('the bench', () => {
  let dir: string | undefined;

  afterEach(async () => {
    if (dir !== undefined) await rm(dir, { recursive: true });
    dir = undefined;
  });

  it('goes on after a figure that fails, and tells each as it comes', async () => {
    const told: string[] = [];
    const outcomes = await runFigures([failing, skipped, measured], { quick: true }, ({ id }) =>
      told.push(id),
    );
    expect(told).toEqual(['P4', 'P3', 'P1']);
    expect(outcomes[0]).toMatchObject({ failed: expect.stringContaining('it broke') as string });
    expect(outcomes[1]).toMatchObject({ skipped: 'there is no Redis' });
    expect(outcomes[2]).toMatchObject({ measurements: [{ unit: 'ms' }] });
  });

  it('makes a row of each measurement, and a clear one where there is none', async () => {
    expect((await runAll()).flatMap(tableRows)).toEqual([
      '| P4 a fault | failed: Error: it broke |  |  |  |  |',
      '| P1 a job | bare: 100 (100–100) ms; other: 90.0 ms | job: 102 (101–103) ms | × 1.020 | ≤ × 1.02 | yes |',
      '| P2 a daemon: start | bare: 100 (100–100) ms; other: 90.0 ms | job: 102 (101–103) ms | × 1.020 | ≤ × 1.02 | **no** |',
      '| P2: a < b \\| c | bare: 100 (100–100) ms; other: 90.0 ms | job: 102 (101–103) ms | × 1.020 | ≤ × 1.02 | yes |',
      '| P3 a queue | skipped: there is no Redis |  |  |  |  |',
    ]);
  });

  it('draws what has something to reach', async () => {
    const picture = renderPicture(await runAll());
    expect(picture.match(/<circle/g)).toHaveLength(3);
    expect(picture).toContain('a &lt; b');
  });

  it('writes its results into the page, again and again', async () => {
    dir = await mkdtemp(join(tmpdir(), 'media-nommer-docs-'));
    const page = join(dir, 'performance.md');
    await writeFile(
      page,
      '# Page\n\n<!-- figures:begin -->\nold\n<!-- figures:end -->\n\nThe rest.\n',
    );
    const machine = { processor: 'x', cores: 2, memoryGiB: 4, load: 0.1, versions: { node: '24' } };
    const results = { measuredAt: '2026-11-25T03:00:00.000Z', machine, outcomes: await runAll() };
    await writeDocuments(results, dir);
    const once = await readFile(page, 'utf8');
    await writeDocuments(results, dir);
    expect(await readFile(page, 'utf8')).toBe(once);
    expect(once).toContain(
      'Measured on 2026-11-25: 2 × x, 4 GiB, load 0.10 at the start; node 24. [All',
    );
    expect(once).toContain('The rest.');
    expect(once).not.toContain('old');
    const samples = JSON.parse(await readFile(join(dir, 'performance.json'), 'utf8')) as unknown;
    expect(samples).toMatchObject({ outcomes: [{ id: 'P4' }, { id: 'P1' }, { id: 'P2' }, {}] });
  });

  it('writes into no page that has no place for it', async () => {
    dir = await mkdtemp(join(tmpdir(), 'media-nommer-docs-'));
    await writeFile(join(dir, 'performance.md'), '# Page\n');
    const machine = { processor: 'x', cores: 1, memoryGiB: 1, load: 0, versions: {} };
    const results = { measuredAt: '2026-11-25T03:00:00.000Z', machine, outcomes: [] };
    await expect(writeDocuments(results, dir)).rejects.toThrow('no place for the figures');
  });
});
