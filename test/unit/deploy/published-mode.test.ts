import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const REPO = join(import.meta.dirname, '../../..');

/** Publishes what an encoder has written, and keeps jobs, as nommerd does. */
const NOMMERD = `
  import { writeFile } from 'node:fs/promises';
  import { parseMediaUri } from './src/core/media-uri.ts';
  import { prepareDataDir } from './src/local/data-dir.ts';
  import { WorkSpace } from './src/nommerd/work-space.ts';
  import { FileStorage } from './src/storage/file/file-storage.ts';
  const [, dataDir, root] = process.argv;
  prepareDataDir(dataDir);
  const work = await (await WorkSpace.open(dataDir + '/work', { info() {} })).make('job');
  await writeFile(work + '/out.mp4', 'media');
  const storage = new FileStorage({ fileRoots: [root], maxSourceBytes: 1 });
  await storage.upload(work + '/out.mp4', parseMediaUri('file://' + root + '/new/out.mp4', ''), {
    signal: new AbortController().signal,
    jobId: 'job',
    attempt: 1,
    beforePublish: () => Promise.resolve(),
  });
`;

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'media-nommer-mode-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function modeOf(path: string): Promise<string> {
  return ((await stat(join(dir, path))).mode & 0o777).toString(8);
}

describe.each(['feederd.service', 'nommerd.service'])('what is made under %s', (name) => {
  beforeEach(async () => {
    const unit = await readFile(join(REPO, 'deploy/systemd', name), 'utf8');
    const given = (setting: string) => new RegExp(`^${setting}=(\\d+)$`, 'm').exec(unit)?.[1] ?? '';
    await mkdir(join(dir, 'data'), { mode: Number.parseInt(given('StateDirectoryMode'), 8) });
    await mkdir(join(dir, 'media'));
    const node = `umask ${given('UMask')} && exec "$@"`;
    const args = ['-C', 'media-nommer:source', '--input-type=module', '-e', NOMMERD];
    const places = [join(dir, 'data'), join(dir, 'media')];
    await run('sh', ['-c', node, 'sh', process.execPath, ...args, ...places], { cwd: REPO });
  });

  it('can be read where it was asked for, and not in DATA_DIR', async () => {
    expect(await modeOf('media/new/out.mp4')).toBe('644');
    expect(await modeOf('media/new')).toBe('755');
    expect(await modeOf('data')).toBe('700');
    expect(await modeOf('data/media-nommer.sqlite')).toBe('600');
  });
});
