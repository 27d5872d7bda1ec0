/** S3 takes no more parts than this. */
const MAX_PARTS = 10_000;

export interface Part {
  /** From 1. */
  readonly number: number;
  readonly start: number;
  readonly bytes: number;
}

/** Cuts a file of `size` bytes into parts of `partBytes`, or of more where those would be too many. */
export function planParts(size: number, partBytes: number): readonly Part[] {
  const each = Math.max(partBytes, Math.ceil(size / MAX_PARTS));
  const count = Math.max(1, Math.ceil(size / each));
  return Array.from({ length: count }, (_, index) => {
    const start = index * each;
    return { number: index + 1, start, bytes: Math.min(each, size - start) };
  });
}
