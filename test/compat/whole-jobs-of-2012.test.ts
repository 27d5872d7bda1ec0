import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { topLevelAtoms } from '../component/nom-a-file.ts';
import { Installation } from '../process/installation.ts';
import { PRESETS_OF_2012 } from './presets-of-2012.ts';
import { urlopen } from './urlopen.ts';

describe('a job of the Python client of 2012', { timeout: 120_000 }, () => {
  let here: Installation;
  let source: string;

  beforeAll(async () => {
    here = await Installation.create();
    await here.startFeederd();
    source = await here.makeClip('in.mp4', 2);
  });

  afterAll(() => here.destroy());

  it.each(Object.entries(PRESETS_OF_2012))('with %s finishes', async (name, options) => {
    const body =
      `{"notify_url": null, "source_path": "${source}", "dest_path": "${here.uri(`${name}.mp4`)}", ` +
      '"job_options": {"nommer": "media_nommer.ec2nommerd.nommers.ffmpeg.FFmpegNommer", ' +
      `"options": ${options}}}`;
    const answer = await urlopen(Number(new URL(here.url).port), body);
    const { success, job_id: id } = JSON.parse(answer.body) as { success: boolean; job_id: string };
    expect(success).toBe(true);

    const job = await here.finished(id);

    expect(job.result?.outputs[0]).toMatchObject({
      video: { codec: 'h264', profile: 'Constrained Baseline' },
      audio: { codec: 'aac', profile: 'LC' },
    });
    expect(job.translated.join()).toContain('libfaac → aac');
    const atoms = await topLevelAtoms(here.path(`${name}.mp4`));
    expect(atoms.indexOf('moov')).toBeGreaterThan(-1);
    expect(atoms.indexOf('moov')).toBeLessThan(atoms.indexOf('mdat'));
  });
});
