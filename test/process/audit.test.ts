import { expect, it } from 'vitest';
import { openTemporaryPlace } from '../conformance/open-temporary-place.ts';
import { makeJob } from '../doubles/make-job.ts';
import { runCli } from './run-cli.ts';

it(
  'tells by its exit code what is well, what is wrong, and what it could not look at',
  { timeout: 120_000 },
  async () => {
    const { dataDir, store } = await openTemporaryPlace();
    const audit = async (env: Record<string, string>) =>
      runCli(['audit'], { cwd: dataDir, env: { FILE_ROOTS: dataDir, ...env } });

    expect(await audit({ DATA_DIR: dataDir })).toEqual({
      code: 0,
      stdout: '✓ 0 jobs, 0 outputs, 0 nodes looked at: nothing is wrong\n',
      stderr: '',
    });
    expect(await audit({ DATA_DIR: `${dataDir}/none` })).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('There is no installation in DATA_DIR') as string,
    });
    await store.create(makeJob({ jobState: 'ERROR' }));
    expect(await audit({ DATA_DIR: dataDir })).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('✗ job job-1: is ERROR, and does not say why') as string,
    });
  },
);
