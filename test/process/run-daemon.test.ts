import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ended, waitFor } from './installation.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures/daemon.ts');

describe('runDaemon', () => {
  let child: ChildProcess;
  let said: string;

  afterEach(() => child.kill('SIGKILL'));

  async function start(graceSeconds: number, behaviour: string): Promise<void> {
    said = '';
    child = spawn(process.execPath, [FIXTURE, String(graceSeconds), behaviour], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await hears('ready');
  }

  const hears = (word: string) => waitFor(word, async () => said.includes(`${word}\n`));

  it('ends well on the first signal when there is no work in hand', async () => {
    await start(60, 'idle');
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
    expect(said).toContain('SIGTERM: stopping');
  });

  it('drops the work in hand when the grace period is over', async () => {
    await start(0.05, 'busy');
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
    expect(said.trim().split('\n').slice(-2)).toEqual(['stop', 'abort']);
  });

  it('drops the work in hand on the second signal', async () => {
    await start(60, 'busy');
    child.kill('SIGINT');
    await hears('stop');
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
    expect(said).toContain('abort\n');
  });

  it('exits on the third signal whatever it is doing', async () => {
    await start(60, 'hangs');
    child.kill('SIGTERM');
    await hears('stop');
    child.kill('SIGTERM');
    await hears('SIGTERM: dropping the work in hand');
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(1);
  });

  it('exits with 1 when it cannot start', async () => {
    await start(60, 'fails');
    expect(await ended(child)).toBe(1);
    expect(said).toContain('fatal: cannot start');
  });

  it('stops, drops its work and exits with 1 after a fault that nobody caught', async () => {
    await start(60, 'crashes');
    expect(await ended(child)).toBe(1);
    expect(said).toContain('fatal: a bug');
    expect(said).toContain('stop\n');
  });
});
