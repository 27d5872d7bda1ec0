import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect, it, vi } from 'vitest';
import { openDirectory, processesIn } from './nom-a-file.ts';

const CONTAINMENT = '../../src/nommers/ffmpeg/containment';

/** Finds containment, starts eight endless encodes by it in `workDir` and says so. */
function starter(workDir: string): string {
  const urlOf = (file: string) =>
    JSON.stringify(pathToFileURL(join(import.meta.dirname, CONTAINMENT, file)).href);
  return `
    import { spawn } from 'node:child_process';
    import { findContainment } from ${urlOf('find-containment.ts')};
    import { limitsFrom } from ${urlOf('limits.ts')};
    const programs = { ffmpeg: '/usr/bin/ffmpeg', ffprobe: '/usr/bin/ffprobe' };
    const { wrap } = await findContainment(programs, limitsFrom({}));
    const args = ['-v', 'quiet', '-re', '-f', 'lavfi', '-i', 'testsrc=s=16x16:r=1', '-f', 'null', '-'];
    const workDir = ${JSON.stringify(workDir)};
    const [program, words] = wrap({ program: programs.ffmpeg, args, workDir, sources: [] });
    for (let n = 0; n < 8; n += 1) {
      spawn(program, words, { cwd: workDir, stdio: 'ignore', detached: true });
    }
    console.log('started');
    setInterval(() => {}, 1000);`;
}

it.each([0, 5, 10, 20, 40, 80])('dies with a nommerd that is killed %i ms later', async (ms) => {
  const workDir = await openDirectory();
  const parent = spawn(
    process.execPath,
    ['-C', 'media-nommer:source', '--input-type=module', '-e', starter(workDir)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(parent.stdout, 'data');
  await sleep(ms);
  parent.kill('SIGKILL');
  await vi.waitFor(async () => expect(await processesIn(workDir)).toEqual([]), 10_000);
});
