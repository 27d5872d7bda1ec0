import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Installation, waitFor } from './installation.ts';

const EXAMPLE = join(import.meta.dirname, '../../docs/examples/sprite-nommer.ts');

describe('the nommer of docs/writing-a-nommer.md', { timeout: 120_000 }, () => {
  let here: Installation;
  let clip: string;

  beforeAll(async () => {
    here = await Installation.create({ NOMMERS: JSON.stringify({ SpriteNommer: EXAMPLE }) });
    clip = await here.makeClip('in.mp4', 4);
    await here.startFeederd();
  });

  afterAll(() => here.destroy());

  const submit = (source: string, options: unknown) =>
    here.submitJob({
      source_path: source,
      dest_path: here.uri('sprite.jpg'),
      job_options: { nommer: 'SpriteNommer', options },
    });

  async function failed(id: string) {
    const isError = ({ job_state: state }: { job_state: string }) => state === 'ERROR';
    return here.waitForJob(id, 'ERROR', isError);
  }

  it('makes one picture of many', async () => {
    const id = await submit(clip, { every: 1, columns: 2, rows: 2, width: 64 });
    const { result } = await here.finished(id);
    expect(result?.outputs[0]?.size).toBeGreaterThan(500);
    const entries = ['-show_entries', 'stream=codec_name,width,height', '-of', 'csv=p=0'];
    const { stdout } = await promisify(execFile)('ffprobe', [
      ...['-v', 'error', ...entries],
      here.path('sprite.jpg'),
    ]);
    expect(stdout.trim()).toBe('mjpeg,128,72');
    expect(await (await fetch(`${here.url}/jobs/${id}/log`)).text()).toContain('tile=2x2');
  });

  it('says what is wrong with options and sources, and leaves nothing', async () => {
    expect(await failed(await submit(clip, { every: '1,movie=/etc/passwd' }))).toMatchObject({
      error_code: 'BAD_OPTION',
      job_state_details: 'every must be a whole number from 1 to 3600',
    });
    expect(await failed(await submit(clip, { rows: 4, sub: 1 }))).toMatchObject({
      error_code: 'BAD_OPTION',
    });
    await promisify(execFile)('cp', [EXAMPLE, here.path('text.mp4')]);
    expect(await failed(await submit(here.uri('text.mp4'), {}))).toMatchObject({
      error_code: 'ENCODE_FAILED',
      failures: 1,
    });
    await waitFor('no work files', async () => (await here.workFiles()).length === 0);
  });
});
