/** A QuickTime atom: its type, and its bytes or the atoms in it. */
export function atom(type: string, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

/** Atoms that hold nothing but atoms. */
const FOLDERS = new Set(['moov', 'trak', 'mdia', 'minf', 'dinf', 'stbl']);

/**
 * A movie with every atom of `type` replaced, and the sizes around it corrected. Offsets of samples stay right
 * where the movie's own atom comes after the media.
 * @param replace gets what was in it, and gives what will be
 */
export function withAtoms(
  movie: Buffer,
  type: string,
  replace: (content: Buffer) => Uint8Array,
): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < movie.length;) {
    const size = movie.readUInt32BE(at) || movie.length - at;
    const name = movie.toString('latin1', at + 4, at + 8);
    const content = movie.subarray(at + 8, at + size);
    if (name === type) parts.push(atom(name, replace(content)));
    else if (FOLDERS.has(name)) parts.push(atom(name, withAtoms(content, type, replace)));
    else parts.push(movie.subarray(at, at + size));
    at += size;
  }
  return Buffer.concat(parts);
}

function u16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => bytes.writeUInt16BE(value, index * 2));
  return bytes;
}

export function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32BE(value, index * 4));
  return bytes;
}

/** A table of data references with one: an alias of the Finder's to a file, by its absolute path. */
export function aliasTo(path: string): Buffer {
  const name = Buffer.from(path.slice(path.lastIndexOf('/') + 1).slice(0, 63));
  const record = Buffer.concat([
    Buffer.alloc(10),
    Buffer.of(1),
    Buffer.from('x'.padEnd(27, '\0')),
    Buffer.alloc(12),
    Buffer.of(name.length),
    Buffer.concat([name, Buffer.alloc(63 - name.length)]),
    Buffer.alloc(16),
    u16(1, 1),
    Buffer.alloc(16),
    u16(2, path.length),
    Buffer.from(path.length % 2 === 0 ? path : `${path}\0`),
    u16(0xffff, 0),
  ]);
  return Buffer.concat([u32(0, 1), atom('alis', u32(0), record)]);
}
