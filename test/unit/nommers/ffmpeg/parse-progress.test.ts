import { expect, it } from 'vitest';
import {
  ProgressReader,
  type ProgressBlock,
} from '../../../../src/nommers/ffmpeg/parse-progress.ts';

function read(text: string): readonly ProgressBlock[] {
  const blocks: ProgressBlock[] = [];
  const reader = new ProgressReader((block) => blocks.push(block));
  text.split('\n').forEach((line) => reader.read(line));
  return blocks;
}

it('reads a block with all its figures', () => {
  const text = 'frame=250\nfps=49.5\ntotal_size=9000\nout_time_us=10010000\nspeed=2.01x\n';
  expect(read(`${text}progress=continue`)).toEqual([
    { frame: 250, fps: 49.5, outSeconds: 10.01, totalSize: 9000, speed: 2.01, ended: false },
  ]);
});

it('takes figures that are not known yet for unknown', () => {
  const text = 'frame=0\nfps=0.00\ntotal_size=N/A\nout_time_us=N/A\nspeed=N/A\nprogress=continue';
  expect(read(text)).toEqual([
    { frame: 0, fps: null, outSeconds: null, totalSize: null, speed: null, ended: false },
  ]);
});

it('reads the microseconds that old versions call milliseconds', () => {
  expect(read('out_time_ms=2000000\nspeed= 12x\nprogress=end')).toMatchObject([
    { outSeconds: 2, speed: 12, ended: true },
  ]);
});

it('does not carry figures over into the next block', () => {
  const [, second] = read('frame=5\nprogress=continue\nfps=3\nprogress=end');
  expect(second).toMatchObject({ frame: null, fps: 3 });
});

it('never tells a time before the start', () => {
  expect(read('out_time_us=-21333\nprogress=continue')).toMatchObject([{ outSeconds: 0 }]);
});

it('keeps nothing that it does not know', () => {
  const reader = new ProgressReader(() => {});
  const before = process.memoryUsage().heapUsed;
  const long = 'x'.repeat(1000);
  for (let each = 0; each < 200_000; each += 1) reader.read(`key${each}=${each}${long}`);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
});
