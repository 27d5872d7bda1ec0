import { crc32, deflateSync } from 'node:zlib';
import { u32 } from './atoms.ts';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const END = chunk('IEND');

/** A chunk of PNG. */
export function chunk(type: string, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), ...content]);
  return Buffer.concat([u32(body.length - 4), body, u32(crc32(body))]);
}

/** A PNG of one bit a pixel that says it has this size; all the same, its pixels take few bytes. */
export function png(width: number, height: number, ...more: readonly Buffer[]): Buffer {
  const header = chunk('IHDR', u32(width, height), Buffer.of(1, 0, 0, 0, 0));
  const pixels = Math.min((Math.ceil(width / 8) + 1) * height, 200_000_000);
  const data = chunk('IDAT', deflateSync(Buffer.alloc(pixels), { level: 1 }));
  return Buffer.concat([SIGNATURE, header, ...more, data, END]);
}

/** A chunk of text that gets `bytes` long when it is unpacked. */
export function textBomb(bytes: number): Buffer {
  return chunk('zTXt', Buffer.from('Comment\0\0'), deflateSync(Buffer.alloc(bytes, 0x41)));
}

/** A GIF of so many pictures, each as large as it says, of which none has more than a few bytes of data. */
export function gifBomb(size: number, pictures: number): Buffer {
  const dimensions = Buffer.alloc(4);
  dimensions.writeUInt16LE(size, 0);
  dimensions.writeUInt16LE(size, 2);
  const picture = Buffer.concat([
    Buffer.from('2c00000000', 'hex'),
    dimensions,
    Buffer.from('00020244010000', 'hex'),
  ]);
  return Buffer.concat([
    Buffer.from('GIF89a'),
    dimensions,
    Buffer.from('800000000000ffffff', 'hex'),
    // NETSCAPE2.0: for ever.
    Buffer.from('21ff0b4e45545343415045322e300301000000', 'hex'),
    ...Array.from({ length: pictures }, () => picture),
    Buffer.of(0x3b),
  ]);
}
