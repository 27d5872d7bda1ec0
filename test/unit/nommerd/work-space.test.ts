import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../../src/daemon/logger.ts';
import { ownFolder } from '../../../src/daemon/process-folders.ts';
import { WorkSpace } from '../../../src/nommerd/work-space.ts';

describe('WorkSpace', () => {
  const logger = createLogger({ name: 'test', level: 'silent', pretty: false });
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'media-nommer-work-'));
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  it('makes empty directories and leaves nothing', async () => {
    const workSpace = await WorkSpace.open(root, logger);
    const dir = await workSpace.make('job-1');
    await writeFile(join(dir, 'file'), 'x');
    expect(await readdir(await workSpace.make('job-1'))).toEqual([]);
    await workSpace.remove(dir);
    await workSpace.make('job-2');
    await workSpace.close();
    expect(await readdir(root)).toEqual([]);
  });

  it('removes what a killed node left behind, and nothing of a living one', async () => {
    const script = `
      import { WorkSpace } from ${JSON.stringify(join(import.meta.dirname, '../../../src/nommerd/work-space.ts'))};
      const workSpace = await WorkSpace.open(${JSON.stringify(root)}, { info() {} });
      await workSpace.make('job-1');
      process.stdout.write('ready');
      setInterval(() => undefined, 1000);
    `;
    const other = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(other.stdout, 'data');
    await (await WorkSpace.open(root, logger)).close();
    expect(await readdir(root, { recursive: true })).toHaveLength(2);

    other.kill('SIGKILL');
    await once(other, 'exit');
    await (await WorkSpace.open(root, logger)).close();
    expect(await readdir(root)).toEqual([]);
  });

  it('removes whatever a hostile encoder leaves', async () => {
    const outside = join(root, 'outside');
    await writeFile(outside, 'x');
    const workSpace = await WorkSpace.open(join(root, 'work'), logger);
    const dir = await workSpace.make('job-1');
    await symlink(outside, join(dir, 'link'));
    await symlink(root, join(dir, 'folder-link'));
    await writeFile(Buffer.concat([Buffer.from(`${dir}/`), Buffer.of(0xff)]), 'x');
    const makeDeep = `
      for (let i = 0; i < 60; i += 1) { fs.mkdirSync('${'d'.repeat(200)}'); process.chdir('${'d'.repeat(200)}'); }
      fs.writeFileSync('file', 'x');
    `;
    await once(spawn(process.execPath, ['-e', makeDeep], { cwd: dir }), 'exit');
    await mkdir(join(dir, 'closed', 'within'), { recursive: true });
    await chmod(join(dir, 'closed', 'within'), 0);
    await chmod(join(dir, 'closed'), 0);
    await workSpace.remove(dir);
    await workSpace.close();
    expect(await readdir(root, { recursive: true })).toEqual(['outside', 'work']);
  });

  it('starts though it cannot remove what a dead node left behind', async () => {
    const dead = join(root, `${ownFolder().split('-', 1)[0]}-1-0`);
    await writeFile(dead, 'no folder');
    const workSpace = await WorkSpace.open(root, logger);
    await workSpace.close();
    expect(await readdir(root)).toHaveLength(1);
  });

  it('removes what a node of another container left only after a long silence', async () => {
    const folder = join(root, '1-1-boot:123');
    await mkdir(folder);
    await writeFile(join(folder, 'alive-until'), '');
    const at = async (hours: number) => {
      const time = new Date(Date.now() - hours * 3_600_000);
      await utimes(join(folder, 'alive-until'), time, time);
      await (await WorkSpace.open(root, logger)).close();
      return readdir(root);
    };
    expect(await at(2)).toEqual(['1-1-boot:123']);
    const longAgo = new Date(0);
    await utimes(folder, longAgo, longAgo);
    expect(await at(0.9)).toEqual(['1-1-boot:123']);
    expect(await at(1.1)).toEqual([]);
  });

  it('takes its sign of life with it', async () => {
    const workSpace = await WorkSpace.open(root, logger);
    const until = new Date(Date.now() + 90_000);
    await workSpace.signLife(until);
    await workSpace.signLife(until);
    const [own = ''] = await readdir(root);
    expect((await stat(join(root, own, 'alive-until'))).mtimeMs).toBe(until.getTime());
    await workSpace.close();
    expect(await readdir(root)).toEqual([]);
  });

  it('leaves alone what is not a node’s', async () => {
    await mkdir(join(root, 'keep-me'));
    await (await WorkSpace.open(root, logger)).close();
    expect(await readdir(root)).toEqual(['keep-me']);
  });
});
