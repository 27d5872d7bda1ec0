function riff(id: string, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.write(id, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

const list = (type: string, ...content: readonly Uint8Array[]) =>
  riff('LIST', Buffer.from(type), ...content);

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32LE(value, index * 4));
  return bytes;
}

/** An AVI whose only stream is of subtitles, which are a file in the file: FFmpeg opens that by what it is. */
export function aviWithSubtitles(subtitles: string): Buffer {
  const header = riff('avih', words(40_000, 0, 0, 0x10, 1, 0, 1, 0, 320, 240, 0, 0, 0, 0));
  const stream = riff('strh', Buffer.from('txts'), words(0, 0, 0, 0, 1, 25, 0, 1, 0, 0, 0, 0, 0));
  const text = Buffer.from(subtitles);
  const gab2 = Buffer.concat([
    Buffer.from('GAB2\0'),
    Buffer.from([2, 0]),
    words(2),
    Buffer.from('x\0'),
    Buffer.from([4, 0]),
    words(text.length),
    text,
  ]);
  const format = riff('strf', Buffer.alloc(0));
  const headers = list('hdrl', header, list('strl', stream, format));
  return riff('RIFF', Buffer.from('AVI '), headers, list('movi', riff('00tx', gab2)));
}
