import { execFile } from 'node:child_process';
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODE } from '../../src/cli/exit-code.ts';
import type { WireJob } from '../../src/core/job-wire.ts';
import { ended, Installation, SLOW } from './installation.ts';
import { CLI_COMMAND, jsonLines, runCli, startCli } from './run-cli.ts';

interface Complaint {
  readonly error: { readonly error_code: string; readonly subject?: string };
}

describe('media-nommer', { timeout: 120_000 }, () => {
  let here: Installation;

  beforeAll(async () => {
    here = await Installation.create();
    await here.startFeederd();
    await here.makeClip('100% #1? ünï 🎬.mp4', 2);
    await here.makeClip('short.mp4', 1);
    await here.makeClip('long.mp4', 30);
    await writeFile(here.path('broken.mov'), 'not media');
    await writeFile(here.path('slow.json'), JSON.stringify(SLOW.options));
  }, 60_000);

  afterAll(() => here.destroy());

  const cli = (...args: readonly string[]) =>
    runCli(['--url', here.url, ...args], { cwd: here.dir });
  const submitSlow = async (name: string) => {
    const run = await cli('submit', 'long.mp4', '--options', 'slow.json', '--to', name, '--json');
    const [job] = jsonLines(run) as WireJob[];
    if (job === undefined) throw new Error(`not accepted: ${run.stderr}`);
    return job.unique_id;
  };

  it('submits files of any name, watches them in plain lines, and the outputs are there', async () => {
    const run = await cli('submit', '100% #1? ünï 🎬.mp4', 'short.mp4', '--to', 'out/', '--watch');

    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toContain('- short.mp4  ENCODING');
    expect(run.stdout).toMatch(/^✓ 100% #1\? ünï 🎬\.mp4 → .*out\/100% #1\? ünï 🎬\.mp4 {2}0:02/m);
    expect(run.stdout).toContain('2 finished\n');
    expect(run.stdout).not.toContain('\u001b');
    expect((await stat(here.path('out/100% #1? ünï 🎬.mp4'))).size).toBeGreaterThan(1000);
    expect((await stat(here.path('out/short.mp4'))).size).toBeGreaterThan(1000);
  });

  it('writes one JSON value a line, and exits with 1 when any source fails', async () => {
    const args = ['submit', 'missing.mov', 'broken.mov', 'short.mp4', '--to', 'json/'];
    const run = await cli(...args, '--metadata', 'album=7', '--watch', '--json');

    expect(run).toMatchObject({ code: 1, stderr: '' });
    const lines = jsonLines(run) as (WireJob | Complaint)[];
    expect(lines[0]).toMatchObject({
      error: { error_code: 'SOURCE_NOT_FOUND', subject: 'missing.mov' },
    });
    const last = new Map(
      lines.flatMap((line) => ('error' in line ? [] : [[line.source_path, line] as const])),
    );
    expect(last.get(here.uri('broken.mov'))).toMatchObject({
      job_state: 'ERROR',
      error_code: 'SOURCE_NOT_MEDIA',
    });
    expect(last.get(here.uri('short.mp4'))).toMatchObject({
      job_state: 'FINISHED',
      metadata: { album: '7' },
      result: { outputs: [{ video: { codec: 'h264' } }] },
    });
  });

  it('leaves the job running on Ctrl-C, and takes it up again by the first digits of its id', async () => {
    const id = await submitSlow('interrupted.mp4');
    const watching = startCli(['--url', here.url, 'watch', id], { cwd: here.dir });
    await watching.printed('ENCODING');
    process.kill(watching.pid, 'SIGINT');

    const run = await watching.ended;
    expect(run.code).toBe(130);
    expect(run.stderr).toContain(`media-nommer watch ${id}`);
    expect((await here.job(id)).job_state).toBe('ENCODING');

    expect(await cli('cancel', id.slice(0, 12))).toMatchObject({ code: 0 });
    const again = await cli('watch', id.slice(0, 12));
    expect(again.code).toBe(1);
    expect(again.stdout).toContain('✗ long.mp4  CANCELLED');
    expect(await cli('retry', id)).toMatchObject({ code: 0, stdout: 'Waiting again: long.mp4\n' });
    await here.encoding(id);
    expect(await cli('cancel', id)).toMatchObject({ code: 0 });
  });

  it('goes on watching when feederd is restarted', async () => {
    const id = await submitSlow('survived.mp4');
    const watching = startCli(['--url', here.url, 'watch', id], { cwd: here.dir });
    await watching.printed('ENCODING');
    here.feederd?.kill('SIGTERM');
    if (here.feederd !== undefined) await ended(here.feederd);
    await here.startFeederd();
    expect(await cli('cancel', id)).toMatchObject({ code: 0 });

    expect(await watching.ended).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('✗ long.mp4  CANCELLED'),
      stderr: '',
    });
  });

  it('tells of jobs, nodes, presets and settings, for programs as well', async () => {
    const [failed] = jsonLines(await cli('list', '--state', 'error', '--json')) as WireJob[];
    expect(failed?.job_state).toBe('ERROR');
    const id = failed?.unique_id ?? '';

    expect((await cli('status', id)).stdout).toContain(`Job        ${id}`);
    expect((await cli('log', id)).stdout).toContain('$ ffmpeg');
    expect((await cli('list', '--limit', '1')).stdout.trim().split('\n')).toHaveLength(2);
    expect((await cli('presets')).stdout).toMatch(/^h264_web +\.mp4 /m);
    expect(jsonLines(await cli('nodes', '--json'))).toEqual([
      expect.objectContaining({ condition: 'ACTIVE', slots: 2 }),
    ]);
    expect(await cli('log', 'ffff')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("No recent job's id begins so"),
    });
  });

  it('shows bars on a terminal and leaves it as it was', async () => {
    const command = [...CLI_COMMAND, '--url', here.url, 'submit', 'short.mp4', 'broken.mov']
      .concat('--to', 'terminal/', '--watch')
      .map((word) => `'${word}'`)
      .join(' ');
    const terminal = promisify(execFile)(
      'script',
      ['-qec', `stty cols 100; ${command}`, '/dev/null'],
      {
        cwd: here.dir,
        env: { PATH: process.env['PATH'], HOME: here.dir, TERM: 'xterm-256color' },
      },
    );
    const failure: unknown = await terminal.catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ code: 1 });
    const { stdout } = failure as { stdout: string };

    expect(stdout).toContain('of 2 done');
    expect(stdout).toContain('\u001b[32m✓\u001b[39m short.mp4 →');
    expect(stdout).toContain('1 finished, 1 did not');
    expect(stdout.lastIndexOf('\u001b[?25h')).toBeGreaterThan(stdout.lastIndexOf('\u001b[?25l'));
    expect(stdout.lastIndexOf('\u001b[?7h')).toBeGreaterThan(stdout.lastIndexOf('\u001b[?7l'));
  });
});

describe('media-nommer without feederd', { timeout: 60_000 }, () => {
  let here: Installation;

  beforeAll(async () => {
    here = await Installation.create();
    await mkdir(here.path('bin'));
    await symlink('/bin/sh', here.path('bin/sh'));
  });

  afterAll(() => here.destroy());

  it.each([['list'], ['submit', 'package.json'], ['watch', 'abcdef'], ['nodes']])(
    'says of %s that feederd does not run, and how to start it',
    async (...args) => {
      const run = await runCli([...args, '--url', here.url], { cwd: here.dir });
      expect(run).toEqual({
        code: 1,
        stdout: '',
        stderr:
          `✗ Cannot reach feederd at ${here.url} (connection refused). ` +
          'Is it running? Start it with: npm run feederd\n',
      });
    },
  );

  it.each([
    [['nonsense'], 'unknown command'],
    [['submit'], "missing required argument 'source'"],
    [['list', '--limit', '0'], 'whole number'],
    [['list', '--state', 'DONE'], 'one of PENDING'],
    [['submit', 'a', 'b', '--to', 'c'], 'end it with a slash'],
    [['submit', 'a', '--metadata', 'x'], 'KEY=VALUE'],
    [['list', '--url', 'nowhere'], 'not an http URL'],
    [['config', '--config', 'missing.json'], 'not there'],
  ])('takes %j for a mistake on the command line', async (args, message) => {
    const run = await runCli(args, { cwd: here.dir });
    expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
    expect(run.stderr).not.toMatch(/^ +at /m);
  });

  it('shows settings with their origin and without secrets', async () => {
    const keys = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'a-secret-of-somebody' };
    const nomconf = { FEEDERD_PORT: 1234, ...keys };
    await writeFile(here.path('nomconf.json'), JSON.stringify(nomconf));
    const run = await runCli(['config', '--json'], {
      cwd: here.dir,
      env: { JOB_MAX_ATTEMPTS: '7' },
    });

    expect(run.code).toBe(0);
    expect(run.stdout).not.toContain('a-secret-of-somebody');
    const settings = jsonLines(run) as { name: string }[];
    const find = (wanted: string) => settings.find(({ name }) => name === wanted);
    expect(find('FEEDERD_PORT')).toMatchObject({ value: '1234', origin: 'nomconf' });
    expect(find('JOB_MAX_ATTEMPTS')).toMatchObject({ value: '7', origin: 'environment' });
    expect(find('AWS_SECRET_ACCESS_KEY')).toMatchObject({ value: '***', origin: 'nomconf' });
  });

  it('finds what a machine has and lacks, and exits with 1 when something needed is missing', async () => {
    const well = await runCli(['doctor'], { cwd: here.dir });
    expect(well.code).toBe(0);
    expect(well.stdout).toMatch(/^✓ ffmpeg +\S+ {2}\//m);
    expect(well.stdout).toMatch(/^. sandbox +(bubblewrap|namespaces|limits|none)/m);
    expect(well.stdout).toMatch(/^! feederd +does not answer/m);
    expect(well.stdout).not.toContain('\u001b');

    const env = { PATH: here.path('bin'), FILE_ROOTS: here.path('missing') };
    const ill = await runCli(['doctor', '--json'], { cwd: here.dir, env });
    expect(ill.code).toBe(1);
    expect(jsonLines(ill)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'ffmpeg', verdict: 'problem' }),
        expect.objectContaining({ name: 'files', verdict: 'problem' }),
        expect.objectContaining({ name: 'data', verdict: 'ok' }),
      ]),
    );
  });

  it('tells its version and its exit codes', async () => {
    const manifest = JSON.parse(
      await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as { version: string };
    const version = await runCli(['--version'], { cwd: here.dir });
    expect(version).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
    const help = await runCli(['--help'], { cwd: here.dir });
    expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('Exit codes:') });
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    for (const text of [help.stdout, readme]) {
      const [, codes = ''] = /Exit codes(.*?)\(jobs\s+go on\)/s.exec(text) ?? [];
      const told = codes.match(/\b\d+\b/g)?.map(Number);
      expect(told).toEqual(Object.values(EXIT_CODE));
    }
  });
});
