import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const SCRIPT = join(import.meta.dirname, '../../../deploy/ami/provision.sh');

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'media-nommer-root-'));
});
afterEach(() => rm(root, { recursive: true }));

const provision = (...args: readonly string[]) =>
  run(SCRIPT, args, { env: { PATH: process.env['PATH'], DESTDIR: root } });

async function files(folder: string): Promise<readonly string[]> {
  const { stdout } = await run('find', ['.', '-type', 'f'], { cwd: join(root, folder) });
  return stdout.trim().split('\n').toSorted();
}

describe('provision.sh', () => {
  it.each([
    { role: 'feederd', units: ['./feederd.service'] },
    { role: 'nommerd', units: ['./nommerd.service'] },
    {
      role: 'ec2-node',
      units: [
        './nommerd-deadman.service',
        './nommerd-deadman.timer',
        './nommerd.service',
        './nommerd.service.d/ec2.conf',
      ],
    },
  ])('lays the units of a $role, and nothing that ends other machines', async ({ role, units }) => {
    await provision(role);
    expect(await files('etc/systemd/system')).toEqual(units);
  });

  it('lays every program that the units start, and what builds them', async () => {
    await provision('ec2-node');
    const app = await files('opt/media-nommer');
    expect(app).toEqual(expect.arrayContaining(['./package-lock.json', './src/nommerd/main.ts']));
    const deadman = await readFile(
      join(root, 'etc/systemd/system/nommerd-deadman.service'),
      'utf8',
    );
    const program = /^ExecStart=(\S+)$/m.exec(deadman)?.[1] ?? '';
    expect((await stat(join(root, program))).mode & 0o777).toBe(0o755);
  });

  it('can be run again, and leaves one version behind', async () => {
    await provision('feederd');
    const first = await files('.');
    await provision('feederd');
    expect(await files('.')).toEqual(first);
  });

  it.each([[], ['both'], ['feederd', 'nommerd']])('refuses %j', async (...args) => {
    await expect(provision(...args)).rejects.toMatchObject({ code: 64 });
  });
});
