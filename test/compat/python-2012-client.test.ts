import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApi, type OpenApi } from '../component/open-api.ts';
import { PRESETS_OF_2012 } from './presets-of-2012.ts';
import { urlopen } from './urlopen.ts';

let open: OpenApi;
let port: number;

beforeAll(async () => {
  open = await openApi();
  port = Number(new URL(await open.api.listen({ host: '127.0.0.1', port: 0 })).port);
});

afterAll(() => open.api.close());

function dumps(options: string, notifyUrl: string): string {
  return (
    `{"notify_url": ${notifyUrl}, "source_path": "s3://ID:SE/CR+ET@bucket/in.mov", ` +
    '"dest_path": "s3://ID:SE/CR+ET@bucket/out.mp4", "job_options": {"nommer": ' +
    `"media_nommer.ec2nommerd.nommers.ffmpeg.FFmpegNommer", "options": ${options}}}`
  );
}

describe('the Python client of 2012', () => {
  it.each(Object.entries(PRESETS_OF_2012))('submits %s unmodified', async (_name, options) => {
    const answer = await urlopen(port, dumps(options, 'null'));
    expect(answer.statusLine).toBe('HTTP/1.1 200 OK');
    // Its json.loads takes a body of known length; chunks would be fine for it too.
    const { success, job_id: id, ...more } = JSON.parse(answer.body) as Record<string, unknown>;
    expect({ success, more }).toEqual({ success: true, more: {} });
    expect(await open.backend.get(String(id))).toMatchObject({
      jobState: 'PENDING',
      nommer: 'FFmpegNommer',
      sourcePath: 's3://ID:SE/CR+ET@bucket/in.mov',
      notifyUrl: null,
      options: JSON.parse(options),
    });
  });

  it('keeps the order of its options, which FFmpeg minds', async () => {
    const options = PRESETS_OF_2012['android_low'] ?? '';
    const { body } = await urlopen(port, dumps(options, '"http://app/done/"'));
    const { job_id: id } = JSON.parse(body) as { job_id: string };
    const job = await open.backend.get(id);
    expect(JSON.stringify(job.options)).toBe(options.replaceAll(': ', ':').replaceAll(', "', ',"'));
    expect(job.notifyUrl).toBe('http://app/done/');
  });

  it('reads from a 200 what is wrong, where an HTTP error would be an exception', async () => {
    const { statusLine, body } = await urlopen(port, dumps('"no_such_preset"', 'null'));
    expect(statusLine).toBe('HTTP/1.1 200 OK');
    expect(JSON.parse(body)).toEqual({
      success: false,
      error_code: 'UNKNOWN_PRESET',
      message: expect.stringContaining('"no_such_preset"'),
    });
  });
});
