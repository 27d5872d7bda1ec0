import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { countJobs } from '../../../../src/cli/installation/count-jobs.ts';
import { damageRow } from '../../../doubles/damage-row.ts';
import { makeJob } from '../../../doubles/make-job.ts';
import { node, openAudited, told } from './open-audited.ts';

const DAMAGED = (id: string, reason: string) =>
  `✗ job ${id}: cannot be read as it is stored: ${reason}\n` +
  '  → Nobody works on it, or lists it. Restore it from a backup, or delete it: see README, Operations.';

it('tells of damaged jobs, and looks at all others', async () => {
  const here = await openAudited();
  for (const id of ['early', 'cut', 'late', 'odd']) await here.finished(id);
  await writeFile(join(here.media.path, 'late.mp4'), '123');
  damageRow(here.dataDir, 'cut', '{"uniqueId": "cut", ');
  damageRow(here.dataDir, 'odd', '{"uniqueId": "odd"}');
  const result = await here.audit();
  expect(told(result).toSorted()).toEqual([
    DAMAGED('cut', 'it is no JSON'),
    expect.stringMatching(/^✗ job late: what is at .* has 3 B/) as string,
    DAMAGED('odd', 'its "sourcePath" is not what it has to be'),
  ]);
  expect(result).toMatchObject({ jobs: 2, outputs: 2 });
  expect(await countJobs(here.store)).toMatchObject({ total: 4, unfinished: 0 });
});

it('does not take for a contradiction what a damaged job may explain', async () => {
  const here = await openAudited();
  await here.finished('well');
  await here.store.create(makeJob({ uniqueId: 'open', queued: true }, Date.now()));
  const part = join(here.media.path, '.media-nommer.open.0123456789ab.1.part');
  await writeFile(part, '');
  await here.nodeStates.report({ ...node, activeJobs: [{ uniqueId: 'open', attempt: 1 }] });
  damageRow(here.dataDir, 'open', 'null');
  expect(told(await here.audit())).toEqual([DAMAGED('open', 'it is no object')]);
});

it('does not tell of one that is mended, or gone, at the second look', async () => {
  const here = await openAudited();
  const job = await here.finished('mended');
  damageRow(here.dataDir, 'mended', '');
  here.meanwhile(async () => damageRow(here.dataDir, 'mended', JSON.stringify(job)));
  expect(told(await here.audit())).toEqual([]);

  damageRow(here.dataDir, 'mended', '');
  here.meanwhile(async () => void (await here.store.wipe()));
  expect(told(await here.audit())).toEqual([]);
});
