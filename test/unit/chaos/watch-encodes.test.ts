import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Processes } from '../../chaos/processes.ts';
import { EncodeWatch, leftEncodes } from '../../chaos/watch-encodes.ts';
import { makeTemporaryDirectory } from '../../conformance/open-temporary-place.ts';

const FFMPEG = '/usr/bin/ffmpeg';
const NOMMERD = '/src/nommerd/main.ts';

/** A run's folder, in which nothing but names is real. */
async function open() {
  const dir = await makeTemporaryDirectory();
  const start = async (name: string, folder: string) => {
    const cwd = join(dir, folder);
    await mkdir(cwd, { recursive: true });
    const child = spawn('sleep', ['60'], { argv0: name, cwd, stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child, 'spawn');
    return child;
  };
  const processes = new Processes(dir);
  const watch = new EncodeWatch(processes);
  const watched = new AbortController();
  const watching = watch.run(watched.signal);
  onTestFinished(async () => {
    watched.abort();
    await watching;
  });
  const looksMore = async () => {
    const before = watch.looks;
    await vi.waitFor(() => expect(watch.looks).toBeGreaterThan(before + 3), { timeout: 20_000 });
  };
  return { processes, start, watch, looksMore };
}

it('tells of two attempts of one job that encode at a time, once', async () => {
  const { start, watch, looksMore } = await open();
  await start(FFMPEG, 'data/work/1-11-boot:1/job-a-1/work');
  await start(FFMPEG, 'data/work/1-12-boot:1/job-b-1/work');
  await looksMore();
  expect(watch.doubled).toEqual([]);
  await start(FFMPEG, 'data/work/1-12-boot:1/job-a-2/work');
  await looksMore();
  expect(watch.doubled).toEqual([
    expect.stringMatching(/^job-a: attempts (1 and 2|2 and 1) encoded at a time, at /),
  ]);
});

it('lets an encode go on whose node stands still, and one that stands still itself', async () => {
  const { processes, start, watch, looksMore } = await open();
  const node = await start(NOMMERD, '.');
  node.kill('SIGSTOP');
  const isStopped = () => processes.list().find(({ pid }) => pid === node.pid)?.isStopped;
  await vi.waitFor(() => expect(isStopped()).toBe(true));
  await start(FFMPEG, `data/work/1-${node.pid}-boot:1/job-a-1/work`);
  await start(FFMPEG, 'data/work/1-12-boot:1/job-a-2/work');
  const still = await start(FFMPEG, 'data/work/1-13-boot:1/job-b-1/work');
  still.kill('SIGSTOP');
  await start(FFMPEG, 'data/work/1-12-boot:1/job-b-2/work');
  await looksMore();
  expect(watch.doubled).toEqual([]);
});

it('counts an FFmpeg as left unless a node that runs tries it out', () => {
  const all = (
    [
      [10, 1, 'nommerd', ''],
      [11, 10, 'ffmpeg', '/tmp/try'],
      [12, 11, 'ffmpeg', '/tmp/try'],
      [13, 1, 'ffmpeg', '/tmp/try'],
      [14, 13, 'ffmpeg', '/tmp/try'],
      [15, 10, 'ffmpeg', '/data/work/1-10-boot:1/job-a-1/work'],
    ] as const
  ).map(([pid, parent, kind, dir]) => ({
    ...{ pid, parent, kind, dir },
    ...{ nodeId: undefined, port: undefined, isStopped: false },
  }));
  expect(leftEncodes(all).map(({ pid }) => pid)).toEqual([13, 14, 15]);
});
