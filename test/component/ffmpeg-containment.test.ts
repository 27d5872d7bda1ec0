import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FFmpegNommer } from '../../src/nommers/ffmpeg/ffmpeg-nommer.ts';
import { containBy, levelsHere } from './contain-by.ts';
import { CLIP, makeMedia, nomAFile, onePass, openDirectory, processesIn } from './nom-a-file.ts';

const QUICK = { 'c:v': 'libx264', preset: 'ultrafast', 'c:a': 'aac' };
const ENDLESS = [{ infile_options: { stream_loop: 100_000, re: null }, outfile_options: QUICK }];
const CANARY = 'canary-of-somebody-else';

let media: string;
let clip: string;
let here: string;
let workDir: string;

beforeAll(async () => {
  media = await openDirectory(afterAll);
  clip = await makeMedia(join(media, 'clip.mp4'), CLIP);
  // Read by FFmpeg under whatever user it runs.
  await chmod(media, 0o755);
});
beforeEach(async () => {
  here = await openDirectory();
  workDir = join(here, 'work');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

interface Given {
  /** What FFmpeg does before it encodes, in bash. */
  readonly doing?: string;
  readonly maxSeconds?: number;
  readonly maxMemoryBytes?: number;
  readonly maxOutputBytes?: number;
}

async function nommerWith(given: Given): Promise<FFmpegNommer> {
  const ffmpegPath = join(here, 'ffmpeg');
  await writeFile(
    ffmpegPath,
    `#!/bin/bash\ncase "$*" in *-progress*) ;; *) exec ffmpeg "$@" ;; esac\n` +
      `{ ${given.doing ?? ':'}\n} 2>> complaints\nexec ffmpeg "$@"\n`,
  );
  await chmod(ffmpegPath, 0o755);
  return new FFmpegNommer({
    ffmpegPath,
    ffprobePath: 'ffprobe',
    ffmpegStallSeconds: 60,
    ...(given.maxSeconds && { ffmpegMaxSeconds: given.maxSeconds }),
    ...(given.maxMemoryBytes && { ffmpegMaxMemoryBytes: given.maxMemoryBytes }),
    ...(given.maxOutputBytes && { ffmpegMaxOutputBytes: given.maxOutputBytes }),
  });
}

const there = new Set(await levelsHere());

async function namesIn(directory: string): Promise<readonly string[]> {
  return (await readdir(directory)).toSorted();
}

describe.each(['bubblewrap', 'namespaces'] as const)('FFmpeg contained by %s', (level) => {
  it.runIf(there.has(level))('gets at nothing that is not its own', async () => {
    await containBy(level, here);
    const others = join(here, 'others');
    await mkdir(others);
    await writeFile(join(others, 'job.mp4'), CANARY);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', CANARY);
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const before = await readFile(clip);
    const nommer = await nommerWith({
      doing: `
        cat '${others}/job.mp4' > stolen
        cat ../others/job.mp4 > stolen-by-steps
        cat /proc/1/environ /proc/self/environ /proc/${process.pid}/environ > environments
        cat /etc/passwd > users
        echo reached > /dev/tcp/127.0.0.1/${port}
        echo x > '${others}/written'
        echo x > /written; echo x > /usr/written; echo x > /dev/written; echo x > '${here}/written'
        echo x >> '${clip}'; rm -f '${clip}'
        kill -9 ${process.pid}`,
    });
    const { result } = await nomAFile(clip, onePass(QUICK), { with: nommer, workDir });
    server.close();

    expect(result.outputs[0]?.facts.video?.codec).toBe('h264');
    for (const name of ['stolen', 'stolen-by-steps', 'environments', 'users']) {
      expect.soft((await stat(join(workDir, name))).size, name).toBe(0);
    }
    expect(connections).toBe(0);
    expect(await namesIn(others)).toEqual(['job.mp4']);
    expect(await namesIn(here)).not.toContain('written');
    expect(await readFile(clip)).toEqual(before);
    // All that was tried, and not only the last of it, was refused.
    const complaints = await readFile(join(workDir, 'complaints'), 'utf8');
    expect(complaints.match(/No such file/g)?.length).toBeGreaterThanOrEqual(5);
    expect(complaints).toMatch(/Read-only file system/);
  });

  it.runIf(there.has(level))('leaves no process behind, not one that hides', async () => {
    await containBy(level, here);
    const nommer = await nommerWith({
      doing: 'setsid sleep 600 < /dev/null > /dev/null 2>&1 & sleep 600 &',
    });
    await nomAFile(clip, onePass(QUICK), { with: nommer, workDir });
    await vi.waitFor(async () => expect(await processesIn(workDir)).toEqual([]), 10_000);
  });
});

describe('FFmpeg contained by limits alone', () => {
  it.runIf(there.has('limits'))('is said to get at the rest, and it does', async () => {
    await containBy('limits', here);
    await writeFile(join(here, 'job.mp4'), CANARY);
    const nommer = await nommerWith({ doing: 'cat ../job.mp4 > stolen' });
    await nomAFile(clip, onePass(QUICK), { with: nommer, workDir });
    expect(await readFile(join(workDir, 'stolen'), 'utf8')).toBe(CANARY);
    const { containment } = await nommer.prepare();
    expect(containment.lacking).toContainEqual(expect.stringContaining('has a network'));
  });

  it.runIf(there.has('limits'))('leaves no process of its group behind', async () => {
    await containBy('limits', here);
    const nommer = await nommerWith({ doing: 'sleep 600 &' });
    await nomAFile(clip, onePass(QUICK), { with: nommer, workDir });
    await vi.waitFor(async () => expect(await processesIn(workDir)).toEqual([]), 10_000);
  });
});

describe.each(['bubblewrap', 'namespaces', 'limits'] as const)(
  'the limits of FFmpeg, by %s',
  (level) => {
    beforeEach(() => containBy(level, here));

    it.runIf(there.has(level))('name the memory when that does not do', async () => {
      const nommer = await nommerWith({ maxMemoryBytes: 300 * 2 ** 20 });
      const options = onePass({ vf: 'scale=12000:12000', ...QUICK });
      await expect(nomAFile(clip, options, { with: nommer, workDir })).rejects.toMatchObject({
        code: 'ENCODE_LIMIT',
        retryable: false,
        message: expect.stringMatching(/314572800 bytes of memory.*FFMPEG_MAX_MEMORY_BYTES/),
      });
    });

    it.runIf(there.has(level))('name the size when an output gets too large', async () => {
      const nommer = await nommerWith({ maxOutputBytes: 100_000 });
      const options = onePass({ 'c:v': 'rawvideo', f: 'nut' });
      await expect(
        nomAFile(clip, options, { with: nommer, workDir, extension: 'nut' }),
      ).rejects.toMatchObject({
        code: 'ENCODE_LIMIT',
        retryable: false,
        message: expect.stringMatching(/100000 bytes.*FFMPEG_MAX_OUTPUT_BYTES/),
      });
    });

    it.runIf(there.has(level))('name the time when that is up, and end all', async () => {
      const nommer = await nommerWith({ maxSeconds: 1, doing: 'sleep 600 &' });
      await nommer.prepare();
      await expect(nomAFile(clip, ENDLESS, { with: nommer, workDir })).rejects.toMatchObject({
        code: 'ENCODE_LIMIT',
        retryable: false,
        message: expect.stringMatching(/1 s.*FFMPEG_MAX_SECONDS/),
      });
      await vi.waitFor(async () => expect(await processesIn(workDir)).toEqual([]), 10_000);
    });

    it.runIf(there.has(level))('hold for every kind', async () => {
      const nommer = await nommerWith({ maxOutputBytes: 2 ** 30, doing: 'ulimit -a > limits' });
      await nomAFile(clip, onePass(QUICK), { with: nommer, workDir });
      const limits = await readFile(join(workDir, 'limits'), 'utf8');
      for (const kind of ['data seg size', 'virtual memory', 'file size', 'cpu time', 'max user']) {
        expect.soft(limits, kind).toMatch(new RegExp(`^${kind}.* \\d+$`, 'm'));
      }
      expect(limits).toMatch(/^core file size.* 0$/m);
    });
  },
);
