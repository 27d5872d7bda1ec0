import { describe, expect, it } from 'vitest';
import { StatsHistory } from '../../../src/feederd/stats-history.ts';
import { mergeHistory, movingSum } from '../../../src/web/merge-history.ts';
import { NOW } from '../../doubles/make-job.ts';

describe('the history that the page has', () => {
  it('goes on with what is new, in every column', () => {
    const history = new StatsHistory();
    const depth = { waiting: 0, delayed: 0, inFlight: 0 };
    const take = (jobs: number, at: number) => {
      const all = Array.from({ length: jobs }, () => ({ jobState: 'PENDING' as const }));
      history.ended({ jobState: 'ERROR' });
      history.take({ jobs: all, depth, nodes: [] }, NOW + at);
    };
    take(1, 0);
    take(2, 15_000);
    const before = history.after(0);
    take(3, 30_000);
    const merged = mergeHistory(before, history.after(NOW + 15_000));
    expect(merged).toEqual(history.after(0));
    expect(merged.pending).toEqual([1, 2, 3]);
  });
});

describe('a moving sum', () => {
  it('is of the last so many figures', () => {
    expect(movingSum([1, 2, 3, 4, 0, 0], 3)).toEqual([1, 3, 6, 9, 7, 4]);
  });
});
