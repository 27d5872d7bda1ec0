import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const OWN_MOUNTS = ['--user', '--map-root-user', '--mount'].slice(process.getuid?.() === 0 ? 2 : 0);
const canMount = spawnSync('unshare', [...OWN_MOUNTS, 'true']).status === 0;
const module = join(import.meta.dirname, '../../src/nommers/ffmpeg/containment/namespaces.ts');

it.runIf(canMount)('seals what is mounted within a folder that is seen, too', () => {
  const dir = mkdtempSync(join(tmpdir(), 'media-nommer-mounts-'));
  try {
    for (const name of ['seen/within', 'work']) mkdirSync(join(dir, name), { recursive: true });
    writeFileSync(join(dir, 'source'), '');
    const script = `
      import { execFileSync, spawnSync } from 'node:child_process';
      import { wrapInNamespaces } from ${JSON.stringify(module)};
      const dir = ${JSON.stringify(dir)};
      execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', dir + '/seen/within']);
      const folders = ['/usr', '/bin', '/lib', '/lib64', dir + '/seen'].map((path) => {
        const found = fs.lstatSync(path, { throwIfNoEntry: false });
        const link = found?.isSymbolicLink() ? fs.readlinkSync(path) : null;
        return found && { path, link, isDirectory: found.isDirectory(), isDevice: false };
      });
      const [program, args] = wrapInNamespaces(
        { unshare: 'unshare', setpriv: 'setpriv', limiting: [], isRoot: true, visible: folders.filter(Boolean) },
        {
          program: '/bin/sh',
          args: ['-c', 'touch work-file; for d in seen seen/within; do touch "$0/$d/file"; done; true', dir],
          workDir: dir + '/work',
          sources: [dir + '/source'],
        },
      );
      const { status } = spawnSync(program, args, { cwd: dir + '/work' });
      const written = fs.readdirSync(dir, { recursive: true }).filter((name) => name.endsWith('file'));
      console.log(JSON.stringify({ status, written }));
    `;
    const node = [
      process.execPath,
      '--input-type=module',
      '-e',
      `import fs from 'node:fs';${script}`,
    ];
    const said = execFileSync('unshare', [...OWN_MOUNTS, ...node], { encoding: 'utf8' });
    expect(JSON.parse(said)).toEqual({ status: 0, written: ['work/work-file'] });
  } finally {
    rmSync(dir, { recursive: true });
  }
});
