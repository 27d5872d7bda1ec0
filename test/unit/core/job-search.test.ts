import { describe, expect, it } from 'vitest';
import { searchFor } from '../../../src/core/job-search.ts';

const JOB = {
  unique_id: '1f40fc92da241694750979ee6cf582f2',
  source_path: 'file:///media/My%20Holiday%20100%25.MOV',
  dest_path: 's3://***@films/out/holiday.mp4',
  metadata: { customer: 'Müller', tags: ['summer', 2026] },
};

describe('a search', () => {
  it.each([
    '1f40fc92',
    'holiday.mp4',
    'my holiday 100%.mov',
    'HOLIDAY',
    'müller',
    'summer 2026',
    '2026   films',
    'My%20Holiday',
  ])('finds a job by %s', (text) => {
    expect(searchFor(text)(JOB)).toBe(true);
  });

  it.each(['holiday winter', 'mp5', '1f40fc93', 'customers'])('does not by %s', (text) => {
    expect(searchFor(text)(JOB)).toBe(false);
  });

  it('takes what is no percent-encoding as it is', () => {
    const job = { ...JOB, source_path: 's3://films/50%/a.mov', dest_path: 's3://films/b.mov' };
    expect(searchFor('50%/a')(job)).toBe(true);
  });
});
