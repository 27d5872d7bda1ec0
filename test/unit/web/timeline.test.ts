import { describe, expect, it } from 'vitest';
import type { WireTiming } from '../../../src/core/job-wire.ts';
import { attemptsOf, spanOf } from '../../../src/web/timeline.ts';

const START = Date.UTC(2026, 10, 1);
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();
const seconds = (ms: number) => (ms - START) / 1000;
const timing = (
  state: WireTiming['state'],
  after: number,
  attempt: number,
  more: Partial<WireTiming> = {},
): WireTiming => ({ state, attempt, at: at(after), ...more });

function shown(timings: WireTiming[], now: number) {
  return attemptsOf({ timings }, START + now * 1000).map(({ segments, ...rest }) => ({
    ...rest,
    segments: segments.map(({ state, from, to }) => [state, seconds(from), seconds(to)]),
  }));
}

describe('the attempts of a job', () => {
  it('are one, when all goes well', () => {
    const timings = [
      timing('PENDING', 0, 0),
      timing('DOWNLOADING', 2, 1, { node_id: 'a' }),
      timing('ENCODING', 3, 1, { node_id: 'a' }),
      timing('UPLOADING', 8, 1, { node_id: 'a' }),
      timing('FINISHED', 9, 1),
    ];
    expect(shown(timings, 100)).toEqual([
      {
        attempt: 1,
        nodeId: 'a',
        outcome: { state: 'FINISHED', errorCode: null, details: null },
        segments: [
          ['PENDING', 0, 2],
          ['DOWNLOADING', 2, 3],
          ['ENCODING', 3, 8],
          ['UPLOADING', 8, 9],
        ],
      },
    ]);
    const { from, to } = spanOf(attemptsOf({ timings }, START));
    expect([seconds(from), seconds(to)]).toEqual([0, 9]);
  });

  it('go on to now, and tell why the one before has ended', () => {
    const error = { error_code: 'NODE_LOST', details: 'Node a stopped' };
    const timings = [
      timing('PENDING', 0, 0),
      timing('DOWNLOADING', 1, 1, { node_id: 'a' }),
      timing('PENDING', 5, 1, error),
      timing('DOWNLOADING', 6, 2, { node_id: 'b' }),
    ];
    expect(shown(timings, 10)).toEqual([
      {
        attempt: 1,
        nodeId: 'a',
        outcome: { state: 'PENDING', errorCode: 'NODE_LOST', details: 'Node a stopped' },
        segments: [
          ['PENDING', 0, 1],
          ['DOWNLOADING', 1, 5],
        ],
      },
      {
        attempt: 2,
        nodeId: 'b',
        outcome: null,
        segments: [
          ['PENDING', 5, 6],
          ['DOWNLOADING', 6, 10],
        ],
      },
    ]);
  });

  it('may be one that waits, or none that was ever taken', () => {
    expect(shown([timing('PENDING', 0, 0)], 4)).toEqual([
      { attempt: 1, nodeId: null, outcome: null, segments: [['PENDING', 0, 4]] },
    ]);
    const cancelled = [timing('PENDING', 0, 0), timing('CANCELLED', 3, 0)];
    expect(shown(cancelled, 9)).toMatchObject([
      { attempt: 0, outcome: { state: 'CANCELLED' }, segments: [['PENDING', 0, 3]] },
    ]);
    // Tried again afterwards.
    expect(shown([...cancelled, timing('PENDING', 20, 0)], 30)).toMatchObject([
      { attempt: 0, outcome: { state: 'CANCELLED' } },
      { attempt: 1, outcome: null, segments: [['PENDING', 20, 30]] },
    ]);
  });
});
