import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Installation, ended, waitFor } from './installation.ts';

const dockerfile = readFileSync(join(import.meta.dirname, '../../Dockerfile.nommerd'), 'utf8');

let installation: Installation;
afterEach(() => installation.destroy());

/** Runs what Docker runs. */
function isHealthy(): boolean {
  const [, command = ''] = /^HEALTHCHECK [^[]*CMD (\[.*\])$/m.exec(dockerfile) ?? [];
  const [program = '', ...args] = JSON.parse(command) as string[];
  const env = { PATH: process.env['PATH'], DATA_DIR: installation.path('data') };
  return spawnSync(program, args, { env }).status === 0;
}

it('a container of nommerd is healthy while it reports, and only then', async () => {
  installation = await Installation.create({ NOMMERD_HEARTBEAT_INTERVAL: '0.5' });
  expect(isHealthy()).toBe(false);
  const nommerd = installation.startNommerd();
  const healthy = () => Promise.resolve(isHealthy());
  const unhealthy = () => Promise.resolve(!isHealthy());
  await waitFor('a first sign of life', healthy);
  nommerd.kill('SIGSTOP');
  await waitFor('the end of the sign', unhealthy);
  nommerd.kill('SIGCONT');
  await waitFor('another sign of life', healthy);
  nommerd.kill('SIGKILL');
  await ended(nommerd);
  await waitFor('the end of that sign', unhealthy);
}, 90_000);
