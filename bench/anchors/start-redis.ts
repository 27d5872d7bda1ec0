import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ended, waitFor } from '../../test/process/installation.ts';
import { findProgram } from '../../src/nommers/ffmpeg/find-program.ts';
import { freePort } from './free-port.ts';
import { installSystemPackage } from './install-system-package.ts';

export interface Redis {
  readonly port: number;
  close(): Promise<void>;
}

/** Debian's Redis with its defaults, in a folder of its own. @throws Skipped */
export async function startRedis(): Promise<Redis> {
  if ((await findProgram('redis-server')) === undefined) await installSystemPackage('redis-server');
  const dir = await mkdtemp(join(tmpdir(), 'media-nommer-redis-'));
  const port = await freePort();
  const server = spawn(
    'redis-server',
    ['--bind', '127.0.0.1', '--port', String(port), '--dir', dir],
    { stdio: 'ignore' },
  );
  await waitFor('Redis to listen', () => accepts(port));
  return {
    port,
    async close() {
      server.kill('SIGTERM');
      await ended(server);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
