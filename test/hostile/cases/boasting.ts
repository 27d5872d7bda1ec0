import { deflateSync } from 'node:zlib';
import { aliasTo, atom, u32, withAtoms } from '../build/atoms.ts';
import { element, withElements } from '../build/elements.ts';
import { chunk, gifBomb, png, textBomb } from '../build/pictures.ts';
import { failed, failedInItsWords, finished, type HostileCase } from '../hostile-case.ts';
import { bytes, matroska, NO_MEDIA } from './source-case.ts';

/** Sources that claim more than they have, or lead elsewhere from inside a real container. */
export const BOASTING: readonly HostileCase[] = [
  bytes(
    ['dot.png', 'a picture of 1 × 1'],
    'divide by its size',
    () => png(1, 1),
    failedInItsWords('ENCODE_FAILED'),
  ),
  bytes(
    ['huge.png', 'a picture of 32k × 32k'],
    'exhaust the memory',
    () => png(32_000, 32_000),
    failedInItsWords('ENCODE_FAILED'),
  ),
  bytes(
    ['giant.png', 'a picture of 2³¹ × 2³¹'],
    'overflow a size',
    () => png(0x7fffffff, 1, chunk('tIME', Buffer.alloc(7))),
    failedInItsWords('ENCODE_FAILED'),
  ),
  bytes(
    ['text.png', 'a picture with 20 MB of text'],
    'exhaust the memory',
    () => png(160, 90, textBomb(20_000_000)),
    finished(/^h264 160x90$/),
  ),
  bytes(
    ['profile.png', 'a picture with a profile of 100 MB'],
    'exhaust the memory',
    () => png(160, 90, chunk('iCCP', Buffer.from('x\0\0'), deflateSync(Buffer.alloc(100_000_000)))),
    finished(/^h264 160x90$/),
  ),
  bytes(
    ['bomb.gif', 'a GIF of 65535 × 65535'],
    'exhaust the memory',
    () => gifBomb(65_535, 1),
    failedInItsWords('ENCODE_FAILED'),
  ),
  bytes(
    ['round.gif', 'a GIF that plays for ever'],
    'keep the node busy for ever',
    () => gifBomb(160, 20),
    finished(/^h264 160x160$/),
  ),
  {
    name: 'a picture shown for ever',
    tries: 'fill the disk',
    make: async (ground) => ({
      source_path: await ground.write('ever.png', png(160, 90)),
      infile: { f: 'image2', loop: 1 },
      outfile: { 'c:v': 'rawvideo', pix_fmt: 'rgb24', f: 'nut' },
    }),
    told: failed('ENCODE_LIMIT', /FFMPEG_MAX_OUTPUT_BYTES allows/),
  },
  bytes(
    ['billion.apng', 'a billion frames of APNG'],
    'reserve the memory for them',
    () => png(160, 90, chunk('acTL', u32(1_000_000_000, 0))),
    NO_MEDIA,
  ),
  bytes(
    ['billion.mp4', 'a billion frames'],
    'exhaust the memory or the time',
    ({ clip }) => withAtoms(clip, 'stts', () => u32(0, 1, 1_000_000_000, 1)),
    finished(/^h264 160x90/),
  ),
  bytes(
    ['sizes.mp4', 'a billion samples'],
    'exhaust the memory',
    ({ clip }) => withAtoms(clip, 'stsz', () => u32(0, 1, 1_000_000_000)),
    failedInItsWords('ENCODE_FAILED'),
  ),
  bytes(
    ['tables.mp4', 'a table without its rows'],
    'read behind the end',
    ({ clip }) => withAtoms(clip, 'stco', () => u32(0, 0x3fffffff)),
    NO_MEDIA,
  ),
  bytes(
    ['still.mp4', 'a movie of zero duration'],
    'divide by its duration',
    ({ clip }) => withAtoms(clip, 'stts', () => u32(0, 1, 25, 0)),
    finished(/^h264 160x90/),
  ),
  bytes(['deep.mp4', 'atoms in atoms'], 'exhaust the stack', () => deepAtoms(3000), NO_MEDIA),
  bytes(
    ['header.mkv', 'tags of 20 MB'],
    'exhaust the memory',
    async (ground) =>
      withElements(
        await matroska(ground, 'header'),
        element(
          '1254c367',
          element(
            '7373',
            element('63c0'),
            element('67c8', element('45a3', 'TITLE'), element('4487', 'x'.repeat(20_000_000))),
          ),
        ),
      ),
    finished(/^h264 160x90, aac$/),
  ),
  bytes(
    ['linked.mkv', 'linked segments'],
    'have other files opened',
    async (ground) =>
      withElements(
        await matroska(ground, 'linked'),
        element(
          '1549a966',
          element('3eb923', Buffer.alloc(16, 7)),
          element('3e83bb', ground.secrets.video),
          element('2ad7b1', Buffer.of(0x0f, 0x42, 0x40)),
        ),
      ),
    finished(/^h264 160x90, aac$/),
  ),
  bytes(
    ['attached.mkv', 'an attachment with a path'],
    'have a file written',
    async (ground) =>
      withElements(
        await matroska(ground, 'attached'),
        element(
          '1941a469',
          element(
            '61a7',
            element('466e', '../../../../tmp/evil.ttf'),
            element('4660', 'application/x-truetype-font'),
            element('46ae', Buffer.of(9)),
            element('465c', 'evil'),
          ),
        ),
      ),
    finished(/^h264 160x90, aac$/),
  ),
  bytes(
    ['alias.mov', 'an alias in a movie'],
    "have another job's source opened",
    ({ clip, secrets }) => withAtoms(clip, 'dref', () => aliasTo(secrets.video)),
    failedInItsWords('ENCODE_FAILED'),
  ),
  bytes(
    ['reference.mov', 'a movie that refers to another'],
    'have another file opened',
    ({ secrets }) =>
      Buffer.concat([
        atom('ftyp', Buffer.from('qt  \0\0\0\0qt  ')),
        atom(
          'moov',
          atom(
            'rmra',
            atom(
              'rmda',
              atom(
                'rdrf',
                u32(0),
                Buffer.from('url '),
                u32(secrets.video.length),
                Buffer.from(secrets.video),
              ),
            ),
          ),
        ),
      ]),
    NO_MEDIA,
  ),
  bytes(
    ['claims.wav', 'sound of 4 GB in 100 bytes'],
    'have it waited for',
    () =>
      Buffer.concat([
        Buffer.from(
          '52494646ffffffff57415645666d7420100000000100020044ac000010b1020004001000' +
            '64617461ffffffff',
          'hex',
        ),
        Buffer.alloc(100),
      ]),
    finished(/^aac$/),
  ),
  bytes(
    ['channels.wav', 'sound of 65535 channels'],
    'exhaust the memory',
    () =>
      Buffer.concat([
        Buffer.from(
          '5249464624100000574156456 66d74201000000001 00ffff44ac000000000000feff1000'.replaceAll(
            ' ',
            '',
          ) + '6461746100100000',
          'hex',
        ),
        Buffer.alloc(4096),
      ]),
    failedInItsWords('SOURCE_NOT_MEDIA'),
  ),
];

function deepAtoms(depth: number): Buffer {
  const heads = Buffer.alloc(depth * 8);
  for (let level = 0; level < depth; level++) {
    heads.writeUInt32BE((depth - level) * 8, level * 8);
    heads.write('moov', level * 8 + 4, 'latin1');
  }
  return Buffer.concat([atom('ftyp', Buffer.from('isom')), heads]);
}
