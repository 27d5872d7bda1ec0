import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createNommers } from '../../../src/nommers/create-nommers.ts';
import { findContainment } from '../../../src/nommers/ffmpeg/contain.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'media-nommer-setpriv-'));
  vi.stubEnv('PATH', `${dir}:${process.env['PATH']}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
});

async function withSetpriv(script: string): Promise<void> {
  await writeFile(join(dir, 'setpriv'), `#!/bin/sh\n${script}\n`);
  await chmod(join(dir, 'setpriv'), 0o755);
}

describe('an FFmpeg that nothing would end with its node', () => {
  it.each([
    {
      name: 'a setpriv that is not allowed what it needs',
      script: 'echo "setpriv: activate capabilities: Operation not permitted" >&2; exit 127',
      says: 'setpriv --pdeathsig fails: setpriv: activate capabilities: Operation not permitted',
    },
    {
      name: 'a setpriv that is too old',
      script: `printf "setpriv: unrecognized option '--pdeathsig'\\nTry 'setpriv --help'\\n" >&2; exit 1`,
      says: "setpriv --pdeathsig fails: setpriv: unrecognized option '--pdeathsig'",
    },
    {
      name: 'a setpriv that says nothing',
      script: 'exit 3',
      says: /^setpriv --pdeathsig fails: .*exit code 3/,
    },
  ])('is told for $name, in its own words', async ({ script, says }) => {
    await withSetpriv(script);
    const containment = await findContainment();
    expect(containment.lacking).toMatch(says);
    expect(containment.wrap('ffmpeg', ['-version'])).toEqual(['ffmpeg', ['-version']]);
  });

  it('is told to a node that has just started', async () => {
    await withSetpriv('exit 3');
    const told = new Promise<string>((onUncontained) => {
      createNommers({ ffmpegStallSeconds: 60 }, new Map(), { onUncontained });
    });
    expect(await told).toMatch('setpriv --pdeathsig fails');
  });

  it('is told where there is no setpriv', async () => {
    vi.stubEnv('PATH', dir);
    await writeFile(join(dir, 'sh'), '#!/bin/sh\nexec /bin/sh "$@"\n');
    await chmod(join(dir, 'sh'), 0o755);
    expect((await findContainment()).lacking).toBe('there is no setpriv in PATH');
  });
});
