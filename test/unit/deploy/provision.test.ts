import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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

async function find(folder: string, type: 'f' | 'l'): Promise<readonly string[]> {
  const { stdout } = await run('find', ['.', '-type', type], { cwd: join(root, folder) });
  return stdout.trim().split('\n').toSorted();
}

const files = (folder: string) => find(folder, 'f');
/** What systemd starts when the machine starts. */
const enabled = () => find('etc/systemd/system', 'l');

const FEEDERD = {
  role: 'feederd',
  units: ['./feederd.service'],
  starts: ['./multi-user.target.wants/feederd.service'],
  next: 'systemctl restart feederd.service',
};
const NOMMERD = {
  role: 'nommerd',
  units: ['./nommerd.service'],
  starts: ['./multi-user.target.wants/nommerd.service'],
  next: 'systemctl restart nommerd.service',
};
const BOTH = {
  role: 'feederd nommerd',
  units: [...FEEDERD.units, ...NOMMERD.units],
  starts: [...FEEDERD.starts, ...NOMMERD.starts],
  next: 'systemctl restart feederd.service nommerd.service',
};
const EC2_NODE = {
  role: 'ec2-node',
  units: [
    './nommerd-deadman.service',
    './nommerd-deadman.timer',
    './nommerd.service',
    './nommerd.service.d/ec2.conf',
  ],
  starts: ['./timers.target.wants/nommerd-deadman.timer'],
  next: 'make the image',
};

describe('provision.sh', () => {
  it.each([FEEDERD, NOMMERD, BOTH, EC2_NODE])(
    'gives the role $role its units, and tells what is to be done next',
    async ({ role, units, starts, next }) => {
      const { stdout } = await provision(...role.split(' '));
      expect(await files('etc/systemd/system')).toEqual(units);
      expect(await enabled()).toEqual(starts);
      expect(stdout.trim().split('\n').at(-1)).toContain(next);
    },
  );

  it('leaves nothing of an earlier role, above all not what powers off', async () => {
    await provision('feederd');
    for (const to of [NOMMERD, EC2_NODE, NOMMERD, FEEDERD, BOTH, EC2_NODE, FEEDERD]) {
      await provision(...to.role.split(' '));
      expect({ units: await files('etc/systemd/system'), starts: await enabled() }).toEqual({
        units: to.units,
        starts: to.starts,
      });
    }
  }, 90_000);

  it('leaves alone what others have laid beside its units', async () => {
    await provision('ec2-node');
    const own = ['feederd.service.d/media.conf', 'nommerd.service.d/media.conf', 'sshd.service'];
    for (const name of own) {
      const file = join(root, 'etc/systemd/system', name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, '[Service]\nReadWritePaths=/srv/media\n');
    }
    await provision('nommerd');
    const left = [...own.map((name) => `./${name}`), './nommerd.service'].toSorted();
    expect(await files('etc/systemd/system')).toEqual(left);
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

  it.each([[], ['both'], ['nommerd', 'ec2-node'], ['feederd', 'nommerd', 'ec2-node'], ['--help']])(
    'refuses %j',
    async (...args: string[]) => {
      await expect(provision(...args)).rejects.toMatchObject({ code: 64 });
    },
  );
});
