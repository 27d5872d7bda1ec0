import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const SRC = join(import.meta.dirname, '../../src');

/** Runs a daemon to its end in an empty folder, in which it must leave nothing. */
async function run(daemon: string, args: readonly string[]) {
  const cwd = await mkdtemp(join(tmpdir(), 'media-nommer-command-line-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  const script = join(SRC, daemon, 'main.ts');
  const child = spawn(process.execPath, ['-C', 'media-nommer:source', script, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code: child.exitCode, stdout, stderr, files: await readdir(cwd) };
}

describe.each(['feederd', 'nommerd'])('%s', (daemon) => {
  it.each([
    [['--bogus'], "Unknown option '--bogus'"],
    [['extra'], "Unexpected argument 'extra'"],
    [['--config'], "'--config <value>' argument missing"],
    [['--help=yes'], "'-h, --help' does not take an argument"],
  ])('says what is wrong with %j, and how it is used', async (args, message) => {
    const { code, stdout, stderr, files } = await run(daemon, args);
    expect(stderr).toContain(`${daemon}: `);
    expect(stderr).toContain(message);
    expect(stderr).toContain(`\n\nUsage: ${daemon} [options]\n`);
    expect(stderr).not.toMatch(/^ +at /m);
    expect({ code, stdout, files }).toEqual({ code: 64, stdout: '', files: [] });
  });

  it('shows how it is used, and its version', async () => {
    for (const flag of ['-h', '--help']) {
      expect(await run(daemon, [flag])).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(new RegExp(`^Usage: ${daemon} .*--version`, 's')),
        stderr: '',
      });
    }
    const stdout = `${packageJson.version}\n`;
    for (const flag of ['-V', '--version']) {
      expect(await run(daemon, [flag])).toEqual({ code: 0, stdout, stderr: '', files: [] });
    }
  });
});
