import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jsonLines, processesOf, runCli, startCli } from './run-cli.ts';

const run = promisify(execFile);

describe('the demo', { timeout: 180_000 }, () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'media-nommer-demo-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('encodes a clip of its own and leaves nothing running', async () => {
    // Settings of whoever tries it out must not lead the demo astray.
    const env = { BACKEND: 'aws', FEEDERD_PORT: '1', DATA_DIR: join(dir, 'data') };
    const demo = await runCli(['demo'], {
      cwd: dir,
      env: { ...env, AWS_REGION: 'nowhere', CONFIG_S3_BUCKET: 'none', EC2_AMI_ID: 'none' },
    });

    expect(demo).toMatchObject({ code: 0, stderr: '' });
    const demoDir = join(dir, 'data/demo');
    expect(await readdir(demoDir)).toEqual(['sample.h264_web.mp4', 'sample.mov']);
    const output = join(demoDir, 'sample.h264_web.mp4');
    expect(demo.stdout).toContain(`Output  ${output}\n`);
    expect(demo.stdout).toMatch(/Took +\d/);
    const { stdout } = await run('ffprobe', [
      ...[
        '-v',
        'error',
        '-show_entries',
        'stream=codec_name:format=duration',
        '-of',
        'json',
        output,
      ],
    ]);
    const probed = JSON.parse(stdout) as { format: { duration: string } };
    expect(probed).toMatchObject({ streams: [{ codec_name: 'h264' }, { codec_name: 'aac' }] });
    expect(Number(probed.format.duration)).toBeCloseTo(10, 0);
    expect(await processesOf(dir)).toEqual([]);
  });

  it('encodes a given file beside it and never over another one', async () => {
    await run('ffmpeg', [
      ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=642x361:rate=10:duration=1'],
      ...['-c:v', 'mjpeg', join(dir, 'my clip.mov')],
    ]);
    const demo = await runCli(['demo', 'my clip.mov', '--json'], { cwd: dir });
    expect(demo.code).toBe(0);
    expect(jsonLines(demo).at(-1)).toMatchObject({
      job_state: 'FINISHED',
      result: { outputs: [{ video: { width: 642, height: 360 } }] },
    });
    const first = await stat(join(dir, 'my clip.h264_web.mp4'));
    expect((await runCli(['demo', 'my clip.mov'], { cwd: dir })).code).toBe(0);
    expect((await stat(join(dir, 'my clip.h264_web.mp4'))).mtimeMs).toBe(first.mtimeMs);
    expect((await stat(join(dir, 'my clip.h264_web-2.mp4'))).size).toBe(first.size);
  });

  it('ends everything on Ctrl-C', async () => {
    const demo = startCli(['demo'], { cwd: dir });
    await demo.printed('ENCODING');
    expect((await processesOf(dir)).length).toBeGreaterThan(1);
    process.kill(demo.pid, 'SIGINT');

    expect(await demo.ended).toMatchObject({
      code: 130,
      stderr: 'Stopped. Nothing is left running.\n',
    });
    expect(await processesOf(dir)).toEqual([]);
    expect(await readdir(join(dir, '.media-nommer/demo'))).toEqual(['sample.mov']);
  });

  it('says where the log is when the file is no media', async () => {
    await writeFile(join(dir, 'notes.mov'), 'not media');
    const demo = await runCli(['demo', 'notes.mov'], { cwd: dir });
    expect(demo.code).toBe(1);
    expect(demo.stdout).toContain('✗ notes.mov  ERROR  ');
    const [, log = ''] = /feederd's log: (.*)/.exec(demo.stderr) ?? [];
    expect((await stat(log)).size).toBeGreaterThan(0);
    expect(await processesOf(dir)).toEqual([]);
  });
});
