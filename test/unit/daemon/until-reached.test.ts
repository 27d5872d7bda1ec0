import { describe, expect, it } from 'vitest';
import { NommerError } from '../../../src/core/errors.ts';
import { untilReached } from '../../../src/daemon/until-reached.ts';
import { ManualClock } from '../../doubles/manual-clock.ts';

const gone = new NommerError('UNAVAILABLE', 'no network yet');

describe('untilReached', () => {
  it('tries on while it may pass', async () => {
    const clock = new ManualClock();
    let tries = 0;
    const answer = untilReached(
      async () => {
        tries += 1;
        if (tries < 5) throw gone;
        return 'here';
      },
      { clock },
    );
    await clock.advance(10_000);
    expect(await answer).toBe('here');
    expect(tries).toBe(5);
  });

  it('gives up in time', async () => {
    const clock = new ManualClock();
    let given: unknown;
    const answer = untilReached(() => Promise.reject(gone), {
      clock,
      giveUpAfterMs: 120_000,
    }).catch((thrown: unknown) => {
      given = thrown;
    });
    await clock.advance(100_000);
    expect(given).toBeUndefined();
    await clock.advance(20_000);
    await answer;
    expect(given).toBe(gone);
  });

  it('gives up at once what cannot pass', async () => {
    const wrong = new NommerError('BAD_SETTING', 'no such bucket');
    await expect(
      untilReached(() => Promise.reject(wrong), { clock: new ManualClock() }),
    ).rejects.toBe(wrong);
  });

  it('gives up when it is told to, and tells of every try', async () => {
    const clock = new ManualClock();
    const stop = new AbortController();
    const failures: unknown[] = [];
    const answer = untilReached(() => Promise.reject(gone), {
      clock,
      signal: stop.signal,
      onFailure: (error) => failures.push(error),
    });
    const given = answer.catch((thrown: unknown) => thrown);
    await clock.advance(1500);
    expect(failures).toEqual([gone, gone, gone]);
    stop.abort();
    await clock.settle();
    expect(await given).toBe(gone);
  });
});
