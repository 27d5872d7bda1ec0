import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILT_IN_PRESETS } from '../../src/conf/presets.ts';
import { median } from '../figure.ts';
import { makeReferenceClip, measurePreset, type Taken } from './measure-preset.ts';

const ANCHOR = 'h264_web';

/**
 * What every built-in preset costs, in turn, beside h264_web. Processor time is what is compared: it stays
 * the same while other work is on the machine. The ratios belong into src/conf/presets.ts.
 */
export async function printPresets(
  { quick }: { readonly quick: boolean },
  print: (line: string) => void,
): Promise<void> {
  const [seconds, rounds] = quick ? [1, 1] : [5, 3];
  const dir = await mkdtemp(join(tmpdir(), 'media-nommer-presets-'));
  try {
    const clip = join(dir, 'reference.mp4');
    await makeReferenceClip(clip, seconds);
    const presets = Object.entries(BUILT_IN_PRESETS);
    const taken = new Map<string, Taken[]>(presets.map(([name]) => [name, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, { options }] of presets) {
        taken.get(name)?.push(await measurePreset(clip, options));
      }
    }
    const of = (name: string, what: (each: Taken) => number) =>
      median((taken.get(name) ?? []).map(what));
    const anchor = of(ANCHOR, (each) => each.processorSeconds);
    print(`| preset | processor time ÷ ${ANCHOR}'s | per second of clip | speed here | output |`);
    print('| --- | --- | --- | --- | --- |');
    for (const [name] of presets) {
      const processor = of(name, (each) => each.processorSeconds);
      const speed = seconds / of(name, (each) => each.seconds);
      const kilobits = (of(name, (each) => each.outputBytes) * 8) / seconds / 1000;
      const perSecond = (processor / seconds).toFixed(2);
      print(
        `| ${name} | × ${(processor / anchor).toPrecision(2)} | ${perSecond} s | ` +
          `× ${speed.toPrecision(2)} | ${kilobits.toFixed(0)} kb/s |`,
      );
    }
  } finally {
    await rm(dir, { recursive: true });
  }
}
