import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ended, waitFor } from './installation.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures/notifying-daemon.ts');
const NODE = `${process.execPath} -C media-nommer:source ${FIXTURE}`;
/** As systemd does it: the process that it starts finds its own pid in the environment. */
const AS_UNIT = `SYSTEMD_EXEC_PID=$$ WATCHDOG_PID=$$ exec ${NODE}`;
const AS_CHILD_OF_UNIT = `export SYSTEMD_EXEC_PID=$$ WATCHDOG_PID=$$; ${NODE} & wait $!`;

let dir: string;
let child: ChildProcess;
let shown: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'media-nommer-notify-'));
  await writeFile(join(dir, 'said'), '');
});
afterEach(async () => {
  child.kill('SIGKILL');
  await rm(dir, { recursive: true });
});

async function withSystemdNotify(script: string): Promise<void> {
  await writeFile(join(dir, 'systemd-notify'), `#!/bin/sh\n${script}\n`);
  await chmod(join(dir, 'systemd-notify'), 0o755);
}

function start(command: string, env: Record<string, string>): void {
  child = spawn('/bin/sh', ['-c', command], {
    // A group of its own: one test signals all of it.
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: `${dir}:${process.env['PATH']}`, SAID: join(dir, 'said'), ...env },
  });
  shown = '';
  child.stdout?.on('data', (chunk: Buffer) => (shown += chunk.toString()));
}

const said = async () => (await readFile(join(dir, 'said'), 'utf8')).split('\n').filter(Boolean);
const count = async (word: string) => (await said()).filter((line) => line === word).length;
const SOCKET = { NOTIFY_SOCKET: '/run/systemd/notify' };

describe('a daemon that systemd has started', () => {
  it('says that it is ready, lives and stops', async () => {
    await withSystemdNotify('echo "$1" >> "$SAID"');
    start(AS_UNIT, { ...SOCKET, WATCHDOG_USEC: '200000' });
    await waitFor('two pings', async () => (await count('WATCHDOG=1')) >= 2);
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
    expect(await count('READY=1')).toBe(1);
    expect(await count('STOPPING=1')).toBe(1);
  });

  it('sends no pings where the unit has no watchdog', async () => {
    await withSystemdNotify('echo "$1" >> "$SAID"');
    start(AS_UNIT, SOCKET);
    await waitFor('READY=1', async () => (await count('READY=1')) === 1);
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
    expect((await said()).toSorted()).toEqual(['READY=1', 'STOPPING=1']);
  });

  it('works on where systemd-notify fails', async () => {
    await withSystemdNotify('echo "$1" >> "$SAID"; exit 1');
    start(AS_UNIT, { ...SOCKET, WATCHDOG_USEC: '200000' });
    await waitFor('two pings', async () => (await count('WATCHDOG=1')) >= 2);
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
  });
});

describe('a daemon that systemd has not started', () => {
  it.each([
    { which: 'no socket', command: AS_UNIT, env: {} },
    { which: "a parent's socket", command: AS_CHILD_OF_UNIT, env: SOCKET },
  ])('says nothing: $which', async ({ command, env }) => {
    await withSystemdNotify('echo "$1" >> "$SAID"');
    start(command, { ...env, WATCHDOG_USEC: '200000' });
    await waitFor('the daemon', async () => shown === 'ready\n');
    process.kill(-(child.pid ?? 0), 'SIGTERM');
    await waitFor('its end', async () => shown === 'ready\nended\n');
    expect(await said()).toEqual([]);
  });
});
