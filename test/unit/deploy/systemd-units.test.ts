import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const UNITS = join(import.meta.dirname, '../../../deploy/systemd');
/** Of it, 0.8 are the namespaces that FFmpeg is contained by. */
const MAX_EXPOSURE = 2.2;

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'media-nommer-units-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** As installed, but for programs that are there on this machine. */
async function installUnits(): Promise<readonly string[]> {
  await cp(UNITS, dir, { recursive: true });
  const names = (await readdir(dir, { recursive: true })).filter((name) =>
    /\.(service|timer|conf)$/.test(name),
  );
  for (const name of names) {
    const text = await readFile(join(dir, name), 'utf8');
    const programs = text
      .replaceAll('/opt/media-nommer/node_modules/.bin/node', process.execPath)
      .replaceAll('/opt/media-nommer/deploy/systemd', dir);
    await writeFile(join(dir, name), programs);
  }
  return names.filter((name) => !name.endsWith('.conf')).map((name) => join(dir, name));
}

describe('the systemd units', () => {
  it('are what systemd-analyze takes without a word', async () => {
    const units = await installUnits();
    expect(units).toHaveLength(4);
    const { stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', ...units]);
    expect(stdout + stderr).toBe('');
  });

  it.each(['feederd.service', 'nommerd.service'])('%s is hardly exposed', async (name) => {
    const args = ['security', '--offline=true', '--no-pager', join(UNITS, name)];
    const { stdout } = await run('systemd-analyze', args);
    const exposure = /exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1];
    expect(Number(exposure)).toBeLessThanOrEqual(MAX_EXPOSURE);
  });
});
