import { describe, expect, it } from 'vitest';
import { parseBody } from '../../../../src/feederd/api/parse-body.ts';

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}

describe('parseBody', () => {
  it('reads JSON, with a byte order mark too', () => {
    expect(parseBody('\uFEFF {"a": [1, null]}')).toEqual({ a: [1, null] });
  });

  it('takes an empty body for none', () => {
    expect(parseBody(' \r\n')).toBeUndefined();
  });

  it('says where JSON is broken without quoting it', () => {
    const body = '{"source_path": "s3://ID:SECRET@bucket/key" "dest_path": 1}';
    expect(() => parseBody(body)).toThrow(/at position \d+$/);
    expect(() => parseBody(body)).not.toThrow(/SECRET/);
    expect(() => parseBody('undefined')).toThrow('in its 9 characters');
  });

  it('refuses what is nested deeper than any job', () => {
    expect(parseBody(nested(32))).toBeInstanceOf(Array);
    expect(() => parseBody(nested(34))).toThrow('32 levels');
    expect(() => parseBody(nested(500_000))).toThrow('32 levels');
  });
});
