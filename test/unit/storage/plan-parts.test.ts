import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planParts } from '../../../src/storage/s3/plan-parts.ts';

const MIB = 1024 * 1024;
const TIB = 1024 ** 4;

describe('the parts of an upload', () => {
  it('cover the whole file in order, in at most 10,000 even parts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 * TIB }), (size) => {
        const parts = planParts(size, 8 * MIB);
        expect(parts.length).toBeLessThanOrEqual(10_000);
        let end = 0;
        for (const [index, part] of parts.entries()) {
          if (part.number !== index + 1 || part.start !== end || part.bytes <= 0) expect.fail();
          end += part.bytes;
          const isLast = index === parts.length - 1;
          if (!isLast && part.bytes !== parts[0]?.bytes) expect.fail();
          if (!isLast && part.bytes < 8 * MIB) expect.fail();
        }
        expect(end).toBe(size);
      }),
      { numRuns: 50 },
    );
  });

  it('are one for a short file and for an empty one', () => {
    expect(planParts(8 * MIB, 8 * MIB)).toEqual([{ number: 1, start: 0, bytes: 8 * MIB }]);
    expect(planParts(0, 8 * MIB)).toEqual([{ number: 1, start: 0, bytes: 0 }]);
  });
});
