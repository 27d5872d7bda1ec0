import { execFile } from 'node:child_process';
import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { WireJob } from '../../src/core/job-wire.ts';
import { atTerminal } from './at-a-terminal.ts';
import { Installation, SLOW } from './installation.ts';
import { CLI_COMMAND, jsonLines, runCli, startCli } from './run-cli.ts';

const REPO = join(import.meta.dirname, '../..');

describe('media-nommer with many files', { timeout: 120_000 }, () => {
  let here: Installation;

  beforeAll(async () => {
    here = await Installation.create();
    await here.startFeederd();
    await mkdir(here.path('in/second'), { recursive: true });
    await here.makeClip('in/e1.mp4', 1);
    await here.makeClip('in/second/e2.mp4', 1);
    await here.makeClip('in/long.mkv', 300, '64x36');
    await writeFile(here.path('in/notes.txt'), 'no media');
    await writeFile(here.path('slow.json'), JSON.stringify(SLOW.options));
  }, 120_000);

  afterAll(() => here.destroy());

  const cli = (...args: readonly string[]) =>
    runCli(['--url', here.url, ...args], { cwd: here.dir });
  const jobCount = async () => jsonLines(await cli('list', '--all', '--json')).length;
  const FOLDER = ['submit', 'in/**/*.mp4', '--to', 'out/'];

  it('encodes a folder as it lies, and the same command again only what is missing', async () => {
    const first = await cli(...FOLDER, '--watch');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain('2 finished\n');
    const names = await readdir(here.path('out'), { recursive: true });
    expect(names.toSorted()).toEqual(['e1.mp4', 'second', 'second/e2.mp4']);
    const { mtimeMs } = await stat(here.path('out/e1.mp4'));

    const second = await cli(...FOLDER, '--watch');
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(second.stdout.match(/\(done already\)/g)).toHaveLength(2);
    expect(await jobCount()).toBe(2);

    await rm(here.path('out/second/e2.mp4'));
    expect((await cli(...FOLDER, '--watch')).stdout).toMatch(/^✓ e2\.mp4 /m);
    expect(await jobCount()).toBe(3);
    await utimes(here.path('in/second/e2.mp4'), 1, 1);
    expect((await cli(...FOLDER, '--watch')).stdout).toMatch(/^✓ e2\.mp4 /m);
    expect(await jobCount()).toBe(4);
    expect((await stat(here.path('out/e1.mp4'))).mtimeMs).toBe(mtimeMs);

    expect((await cli(...FOLDER, '--again', '--watch')).stdout).toContain('2 finished\n');
    expect(await jobCount()).toBe(6);
  });

  it('submits nothing when an output would overwrite another, and names both', async () => {
    const before = await jobCount();
    const run = await cli('submit', 'in/**/*.mp4', '--to', 'flat/', '--name', 'same.{ext}');
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain(
      '✗ in/second/e2.mp4: Its output would overwrite that of "in/e1.mp4"\nNothing was submitted.',
    );
    const json = await cli('submit', 'in/e1.mp4', '--to', 'in/', '--json');
    expect(json.code).toBe(2);
    expect(jsonLines(json)).toMatchObject([{ error: { subject: 'in/e1.mp4' } }]);
    expect(await jobCount()).toBe(before);
  });

  it.each([
    [['submit', 'in', '--to', 'one.mp4'], 'end it with a slash'],
    [['submit', 'in', '--to', 'out/', '--name', '{nmae}'], '--name takes {name}'],
    [['submit', 'in', '--name', '../{name}'], 'within the folder'],
    [['top'], 'add --once'],
    [['completion', 'tcsh'], 'Allowed choices are bash, zsh, fish'],
  ])('takes %j for a mistake on the command line', async (args, message) => {
    const run = await cli(...args);
    expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });

  it('watches whatever is under way, and shows it at the top', async () => {
    const idle = await cli('watch');
    expect(idle).toEqual({ code: 0, stdout: '', stderr: 'No job is waiting or under way.\n' });

    const submitted = await cli(
      ...['submit', 'in/long.mkv', '--options', 'slow.json', '--to', 'slow.mp4', '--json'],
    );
    const [{ unique_id: id } = { unique_id: '' }] = jsonLines(submitted) as WireJob[];
    await here.encoding(id);
    const watching = startCli(['--url', here.url, 'watch'], { cwd: here.dir });
    let isOver = false;
    void watching.ended.then(() => (isOver = true));
    onTestFinished(() => {
      if (!isOver) process.kill(watching.pid);
    });
    await watching.printed('- long.mkv  ENCODING');

    const top = await cli('top', '--once');
    expect(top).toMatchObject({ code: 0, stderr: '' });
    expect(top.stdout).toMatch(/^Jobs {5}0 waiting · 1 encoding$/m);
    expect(top.stdout).toMatch(/1 of 2 busy · 1 node$/m);
    expect(top.stdout).toMatch(/^ {4}long\.mkv {2}ENCODING/m);
    expect(jsonLines(await cli('top', '--json'))).toMatchObject([
      { stats: { jobs: { ENCODING: 1 } }, nodes: [{ slots: 2 }], open: [{ unique_id: id }] },
    ]);

    const screen = await atTerminal(['--url', here.url, 'top'], 'q', {
      cwd: here.dir,
      when: /long\.mkv {2}ENCODING/u,
    });
    expect(screen.code).toBe(0);
    const [begin = -1, end = -1] = ['[?1049h', '[?1049l'].map((each) =>
      screen.screen.indexOf(each),
    );
    expect([begin >= 0, end > begin]).toEqual([true, true]);
    const shown = screen.screen.lastIndexOf('[?25h');
    expect(shown).toBeGreaterThan(screen.screen.lastIndexOf('[?25l'));

    await cli('cancel', id);
    const ended = await watching.ended;
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('✗ long.mkv  CANCELLED');
  });

  it('teaches bash the commands, the presets and the ids of jobs', async () => {
    const job = { source_path: here.uri('in/long.mkv'), dest_path: here.uri('no.mp4') };
    const id = await here.submitJob({ ...job, job_options: SLOW });
    await cli('cancel', id);
    await cli('watch', id);
    const program = [...CLI_COMMAND, '--url', here.url].map((word) => `'${word}'`).join(' ');
    const script = `
      cd ${here.dir}
      media-nommer() { ${program} "$@"; }
      source <(media-nommer completion bash)
      compopt() { echo "compopt $*"; }
      try() {
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
        _media_nommer; printf '%s;' "\${COMPREPLY[@]}"; echo
      }
      try media-nommer pres
      try media-nommer --url ${here.url} submit in/e1.mp4 --preset h26
      try media-nommer submit in/e1.mp4 --preset = h26
      try media-nommer --url ${here.url} status ${id.slice(0, 6)}
      try media-nommer --url ${here.url} watch ${id.slice(0, 6)}
      try media-nommer submit in/
      try media-nommer list --state PEND
    `;
    const { stdout } = await promisify(execFile)('bash', ['-c', script], {
      cwd: REPO,
      env: { PATH: process.env['PATH'], HOME: here.dir },
    });
    expect(stdout.split('\n')).toEqual([
      'presets;',
      'h264_web;',
      'h264_web;',
      `${id.slice(0, 12)};`,
      // It has ended: there is nothing to watch.
      ';',
      'compopt -o default',
      ';',
      'PENDING;',
      '',
    ]);
  });
});
