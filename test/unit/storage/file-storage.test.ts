import { execFileSync } from 'node:child_process';
import {
  appendFile,
  chmod,
  lstat,
  mkdir,
  readFile,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseMediaUri } from '../../../src/core/media-uri.ts';
import { FileStorage } from '../../../src/storage/file/file-storage.ts';
import { openWorkroom } from './open-workroom.ts';

const MIB = 1024 * 1024;
const free = () => ({ signal: new AbortController().signal });
const owner = { jobId: 'job-1', attempt: 3, beforePublish: () => Promise.resolve() };
const uriOf = (path: string) => parseMediaUri(`file://${path}`, 'source_path');

/** A root with media, a directory beside it that is not one, and a work directory. */
async function open() {
  const [room, outside, work] = await Promise.all([openWorkroom(), openWorkroom(), openWorkroom()]);
  const root = join(room.path, 'media');
  await mkdir(root);
  const storage = new FileStorage({ fileRoots: [root], maxSourceBytes: 100 * MIB });
  return { storage, root, room, outside, work, copy: join(work.path, 'copy') };
}

describe('file:// sources', () => {
  it('are refused outside the roots, whether they exist or not', async () => {
    const { storage, outside, copy, work } = await open();
    const { file } = await outside.fill('secret.mp4', 10);
    for (const path of [file, join(outside.path, 'nothing.mp4'), '/etc/passwd']) {
      await expect(storage.download(uriOf(path), copy, free())).rejects.toMatchObject({
        code: 'SOURCE_FORBIDDEN',
        message: expect.stringContaining('outside FILE_ROOTS') as string,
      });
    }
    expect(await work.names()).toEqual([]);
  });

  it('are refused when a link leads out of the roots', async () => {
    const { storage, outside, root, copy } = await open();
    const { file } = await outside.fill('secret.mp4', 10);
    await symlink(file, join(root, 'file-link.mp4'));
    await symlink(outside.path, join(root, 'folder-link'));
    for (const path of ['file-link.mp4', 'folder-link/secret.mp4']) {
      await expect(storage.download(uriOf(join(root, path)), copy, free())).rejects.toMatchObject({
        code: 'SOURCE_FORBIDDEN',
      });
    }
  });

  it('are refused beside a root whose name begins alike', async () => {
    const { storage, root, copy } = await open();
    await mkdir(`${root}-private`);
    await writeFile(`${root}-private/a.mp4`, 'x');
    await expect(
      storage.download(uriOf(`${root}-private/a.mp4`), copy, free()),
    ).rejects.toMatchObject({ code: 'SOURCE_FORBIDDEN' });
  });

  it('may be reached by links that stay inside, and by a root that is a link', async () => {
    const { root, room, copy } = await open();
    await writeFile(join(root, 'a.mp4'), 'media');
    await symlink(join(root, 'a.mp4'), join(root, 'link.mp4'));
    await symlink(root, join(room.path, 'root-link'));
    const fileRoots = [join(room.path, 'root-link')];
    const storage = new FileStorage({ fileRoots, maxSourceBytes: MIB });
    await storage.download(uriOf(join(room.path, 'root-link/link.mp4')), copy, free());
    expect(await readFile(copy, 'utf8')).toBe('media');
  });

  it('must be regular files', async () => {
    const { storage, root, copy } = await open();
    execFileSync('mkfifo', [join(root, 'pipe')]);
    await mkdir(join(root, 'folder'));
    for (const name of ['pipe', 'folder']) {
      await expect(storage.download(uriOf(join(root, name)), copy, free())).rejects.toMatchObject({
        code: 'SOURCE_FORBIDDEN',
        message: expect.stringContaining('not a regular file') as string,
      });
    }
    const devices = new FileStorage({ fileRoots: ['/dev'], maxSourceBytes: MIB });
    await expect(devices.download(uriOf('/dev/zero'), copy, free())).rejects.toMatchObject({
      code: 'SOURCE_FORBIDDEN',
    });
  });

  it('are off without roots, and said to be', async () => {
    const { root, copy } = await open();
    const storage = new FileStorage({ fileRoots: [], maxSourceBytes: MIB });
    await expect(storage.download(uriOf(`${root}/a.mp4`), copy, free())).rejects.toMatchObject({
      code: 'SOURCE_FORBIDDEN',
      message: expect.stringContaining('FILE_ROOTS') as string,
    });
  });

  it('are the job’s own from then on', async () => {
    const { storage, root, copy } = await open();
    const source = join(root, 'a.mp4');
    await writeFile(source, 'original');
    await storage.download(uriOf(source), copy, free());
    await appendFile(source, ' changed');
    expect(await readFile(copy, 'utf8')).toBe('original');
    await writeFile(copy, 'damaged by the encoder');
    expect(await readFile(source, 'utf8')).toBe('original changed');
  });

  it('must not change while they are copied', async () => {
    const { storage, root, copy, work } = await open();
    const source = join(root, 'a.mp4');
    await writeFile(source, Buffer.alloc(9 * MIB));
    let growing: Promise<void> | undefined;
    const onProgress = () => {
      growing ??= appendFile(source, 'more');
    };
    const outcome = storage.download(uriOf(source), copy, { ...free(), onProgress });
    await expect(outcome).rejects.toMatchObject({ code: 'SOURCE_INCOMPLETE', retryable: true });
    await growing;
    expect(await work.names()).toEqual([]);
  });
});

describe('file:// outputs', () => {
  it('are hidden beside their place until they are whole', async () => {
    const { storage, room, root, work } = await open();
    const { file } = await work.fill('out.mp4', 1000);
    let names: string[] = [];
    const beforePublish = async () => {
      names = await room.names();
    };
    await storage.upload(file, uriOf(join(root, 'a.mp4')), { ...free(), ...owner, beforePublish });
    expect(names).toEqual([
      'media',
      expect.stringMatching(/^media\/\.media-nommer\.job-1\..*\.3\.part$/),
    ]);
    expect(await room.names()).toEqual(['media', 'media/a.mp4']);
  });

  it('are not copied where a link will do', async () => {
    const { storage, root, work } = await open();
    const { file } = await work.fill('out.mp4', 1000);
    await storage.upload(file, uriOf(join(root, 'a.mp4')), { ...free(), ...owner });
    expect((await stat(join(root, 'a.mp4'))).ino).toBe((await stat(file)).ino);
  });

  it('are no programs that run as the node, whatever the encoder made of them', async () => {
    const { storage, root, work } = await open();
    const { file } = await work.fill('out.mp4', 1000);
    await chmod(file, 0o6755);
    await storage.upload(file, uriOf(join(root, 'a.mp4')), { ...free(), ...owner });
    expect((await stat(join(root, 'a.mp4'))).mode & 0o7777).toBe(0o755);
  });

  it('make the folders they need', async () => {
    const { storage, root, work } = await open();
    const { file, content } = await work.fill('out.mp4', 1000);
    await storage.upload(file, uriOf(join(root, 'a/b/c.mp4')), { ...free(), ...owner });
    expect(content.equals(await readFile(join(root, 'a/b/c.mp4')))).toBe(true);
  });

  it('stay inside the roots', async () => {
    const { storage, outside, root, work } = await open();
    const { file } = await work.fill('out.mp4', 1000);
    await symlink(outside.path, join(root, 'way-out'));
    await symlink(join(outside.path, 'new'), join(root, 'dangling'));
    const places = ['way-out/a.mp4', 'way-out/new/a.mp4', 'dangling/a.mp4'];
    for (const path of [...places.map((place) => join(root, place)), `${outside.path}/a.mp4`]) {
      await expect(
        storage.upload(file, uriOf(path), { ...free(), ...owner }),
      ).rejects.toMatchObject({ code: 'DEST_FORBIDDEN' });
    }
    expect(await outside.names()).toEqual([]);
  });

  it('replace a link in their place instead of following it', async () => {
    const { storage, outside, root, work } = await open();
    const victim = join(outside.path, 'victim');
    await writeFile(victim, 'untouched');
    await symlink(victim, join(root, 'a.mp4'));
    const { file, content } = await work.fill('out.mp4', 1000);
    await storage.upload(file, uriOf(join(root, 'a.mp4')), { ...free(), ...owner });
    expect(await readFile(victim, 'utf8')).toBe('untouched');
    expect((await lstat(join(root, 'a.mp4'))).isFile()).toBe(true);
    expect(content.equals(await readFile(join(root, 'a.mp4')))).toBe(true);
  });

  it('replace no folder, pipe or device, and go through no file', async () => {
    const { storage, root, work } = await open();
    const { file } = await work.fill('out.mp4', 1000);
    await mkdir(join(root, 'folder'));
    execFileSync('mkfifo', [join(root, 'pipe')]);
    await writeFile(join(root, 'plain'), 'x');
    for (const place of ['folder', 'pipe', 'plain/a.mp4']) {
      await expect(
        storage.upload(file, uriOf(join(root, place)), { ...free(), ...owner }),
      ).rejects.toMatchObject({ code: 'DEST_FORBIDDEN', retryable: false });
    }
    expect((await lstat(join(root, 'pipe'))).isFIFO()).toBe(true);
  });

  it('are rid of what a killed node left of them', async () => {
    const { storage, room, root, work } = await open();
    const { file } = await work.fill('out.mp4', 1000);
    const uri = uriOf(join(root, 'a.mp4'));
    const program = `
      const [{ FileStorage }, { parseMediaUri }] = await Promise.all([
        import(${JSON.stringify(sourceOf('storage/file/file-storage.ts'))}),
        import(${JSON.stringify(sourceOf('core/media-uri.ts'))}),
      ]);
      const storage = new FileStorage({ fileRoots: [${JSON.stringify(root)}], maxSourceBytes: 1 });
      await storage.upload(${JSON.stringify(file)}, parseMediaUri(${JSON.stringify(uri.text)}, ''), {
        signal: new AbortController().signal,
        jobId: 'job-1',
        attempt: 2,
        beforePublish: () => process.kill(process.pid, 'SIGKILL'),
      });`;
    expect(() =>
      execFileSync(process.execPath, ['--input-type=module', '-e', program], { stdio: 'pipe' }),
    ).toThrow(expect.objectContaining({ signal: 'SIGKILL' }));
    expect(await room.names()).toEqual(['media', expect.stringContaining('.2.part')]);
    await storage.removeLeftovers(uri, { ...free(), jobId: 'job-1', attempts: 2, since: 0 });
    expect(await room.names()).toEqual(['media']);
  });
});

describe('a directory inside a root that is denied', () => {
  async function openDenied() {
    const place = await open();
    const denied = join(place.root, '.media-nommer');
    await mkdir(denied);
    await writeFile(join(denied, 'jobs.db'), 'every job');
    await symlink(denied, join(place.root, 'link'));
    const storage = new FileStorage({
      fileRoots: [place.root],
      denied: [denied],
      maxSourceBytes: MIB,
    });
    return { ...place, storage, denied };
  }

  it('gives no source, and tells nothing of what is in it', async () => {
    const { storage, root, denied, copy } = await openDenied();
    for (const path of [`${denied}/jobs.db`, `${root}/link/jobs.db`, `${denied}/none`]) {
      await expect(storage.download(uriOf(path), copy, free())).rejects.toMatchObject({
        code: 'SOURCE_FORBIDDEN',
        message: expect.stringContaining('DATA_DIR') as string,
      });
    }
  });

  it('takes no output', async () => {
    const { storage, root, denied, work, room } = await openDenied();
    const { file } = await work.fill('out.mp4', 10);
    const before = await room.names();
    for (const path of [`${denied}/jobs.db`, `${root}/link/jobs.db`, `${denied}/new/a.mp4`]) {
      await expect(
        storage.upload(file, uriOf(path), { ...free(), ...owner }),
      ).rejects.toMatchObject({ code: 'DEST_FORBIDDEN' });
    }
    expect(await readFile(join(denied, 'jobs.db'), 'utf8')).toBe('every job');
    expect(await room.names()).toEqual(before);
  });

  it('is denied too when a root lies in it, and before it exists', async () => {
    const { room, work, outside } = await open();
    const root = join(outside.path, 'data/media');
    const { file } = await work.fill('out.mp4', 10);
    await mkdir(root, { recursive: true });
    const inside = new FileStorage({
      fileRoots: [root],
      denied: [join(root, '..')],
      maxSourceBytes: 1,
    });
    const missing = join(room.path, 'media/missing');
    const around = new FileStorage({
      fileRoots: [room.path],
      denied: [missing],
      maxSourceBytes: 1,
    });
    const to = { ...free(), ...owner };
    await expect(inside.upload(file, uriOf(`${root}/a`), to)).rejects.toThrow('DATA_DIR');
    await expect(around.upload(file, uriOf(`${missing}/deep/a`), to)).rejects.toThrow('DATA_DIR');
    expect(await outside.names()).toEqual(['data', 'data/media']);
  });
});

function sourceOf(path: string): string {
  return new URL(`../../../src/${path}`, import.meta.url).href;
}
