import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { parseFFmpegOptions } from '../../src/core/ffmpeg-options.ts';

interface Listed {
  readonly section: string;
  readonly name: string;
  readonly type: string;
}

/** What the FFmpeg in hand lists as options of its parts that an output may have. */
function listed(): readonly Listed[] {
  const text = execFileSync('ffmpeg', ['-hide_banner', '-h', 'full'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  let section = '';
  const all: Listed[] = [];
  for (const line of text.split('\n')) {
    section = /^(\S.*) AVOptions:/.exec(line)?.[1] ?? section;
    const [, name, type] = /^  -?(\S+) +<(\w+)> +E[.\w]{10}/.exec(line) ?? [];
    if (name !== undefined && type !== undefined) all.push({ section, name, type });
  }
  return all;
}

function isTaken(name: string): boolean {
  try {
    return parseFFmpegOptions([{ outfile_options: [[name, '1']] }]).length > 0;
  } catch {
    return false;
  }
}

const all = listed();

it('takes of the options that are text those only that name no file, address or library', () => {
  const isText = ({ type }: Listed) => ['string', 'binary', 'dictionary'].includes(type);
  const taken = new Set(
    all.filter((each) => isText(each) && isTaken(each.name)).map(({ name }) => name),
  );
  // Each of these was looked at: numbers, names, keys, parameters of encoders; stats is left out on the node.
  const harmless = (
    'algorithm aom-params boundary_tag brand deblock dump_separator encryption_key encryption_kid ' +
    'encryption_scheme fec gop_timecode hash layer_rates level palette partitions preset profile psy-rd ' +
    'rav1e-params rc_eq stats streamid svtav1-params ts-parameters tune vendor wpredp x264-params x264opts ' +
    'x265-params'
  ).split(' ');
  expect([...taken].filter((name) => !harmless.includes(name))).toEqual([]);
});

it('takes what the usual encoders and containers have, but files', () => {
  const usual = ['libx264', 'libx265', 'libsvtav1', 'libvpx-vp9 encoder', 'AAC encoder', 'libopus'];
  const refused = all
    .filter(({ section }) => usual.includes(section) || /mov\/mp4|matroska|MPEGTS/.test(section))
    .filter(({ name }) => !isTaken(name))
    .map(({ name }) => name);
  expect(new Set(refused)).toEqual(new Set(['passlogfile']));
  expect(all.length).toBeGreaterThan(500);
});
