/** An element of EBML, of which Matroska is made: its id in hexadecimal, and its bytes or what is in it. */
export function element(id: string, ...content: readonly (Uint8Array | string)[]): Buffer {
  const body = Buffer.concat(content.map((each) => Buffer.from(each)));
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(body.length) | (1n << 56n));
  return Buffer.concat([Buffer.from(id, 'hex'), size, body]);
}

/** Where the segment's content begins in a Matroska file. */
const SEGMENT = Buffer.from('18538067', 'hex');

/** A Matroska file with more elements at the end of its segment, whose size becomes "unknown". */
export function withElements(file: Buffer, ...elements: readonly Buffer[]): Buffer {
  const at = file.indexOf(SEGMENT) + SEGMENT.length;
  const unknown = Buffer.from('01ffffffffffffff', 'hex');
  return Buffer.concat([file.subarray(0, at), unknown, file.subarray(at + 8), ...elements]);
}
