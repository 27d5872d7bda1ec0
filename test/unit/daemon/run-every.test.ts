import { describe, expect, it } from 'vitest';
import { Doorbell } from '../../../src/daemon/doorbell.ts';
import { createLogger } from '../../../src/daemon/logger.ts';
import { runEvery } from '../../../src/daemon/run-every.ts';
import { ManualClock } from '../../doubles/manual-clock.ts';

const logger = createLogger({ name: 'test', level: 'silent', pretty: false });

describe('runEvery', () => {
  it('runs at once and then after every interval, until stopped', async () => {
    const clock = new ManualClock();
    const stop = new AbortController();
    let runs = 0;
    const loop = runEvery('count', 10, async () => void (runs += 1), {
      signal: stop.signal,
      clock,
      logger,
    });
    await clock.settle();
    expect(runs).toBe(1);
    await clock.advance(9999);
    expect(runs).toBe(1);
    await clock.advance(1);
    expect(runs).toBe(2);
    stop.abort();
    await loop;
    expect(runs).toBe(2);
  });

  it('never overlaps itself, however long the task takes', async () => {
    const clock = new ManualClock();
    const stop = new AbortController();
    let running = 0;
    let most = 0;
    const task = async () => {
      running += 1;
      most = Math.max(most, running);
      await clock.sleep(60_000);
      running -= 1;
    };
    const loop = runEvery('slow', 1, task, { signal: stop.signal, clock, logger });
    await clock.advance(300_000);
    expect(most).toBe(1);
    stop.abort();
    await clock.advance(60_000);
    await loop;
  });

  it('goes on after a task that failed', async () => {
    const clock = new ManualClock();
    const stop = new AbortController();
    let runs = 0;
    const task = async () => {
      runs += 1;
      throw new Error('no luck');
    };
    const loop = runEvery('unlucky', 1, task, { signal: stop.signal, clock, logger });
    await clock.advance(3000);
    expect(runs).toBe(4);
    stop.abort();
    await loop;
  });

  it('runs before its time when rung, also when rung during the task', async () => {
    const clock = new ManualClock();
    const stop = new AbortController();
    const doorbell = new Doorbell();
    let runs = 0;
    const task = async () => {
      runs += 1;
      if (runs === 2) doorbell.ring();
    };
    const loop = runEvery('rung', 3600, task, { signal: stop.signal, clock, logger, doorbell });
    await clock.settle();
    expect(runs).toBe(1);
    doorbell.ring();
    await clock.settle();
    expect(runs).toBe(3);
    stop.abort();
    await loop;
  });

  it('rests between two runs, however often it is rung', async () => {
    const clock = new ManualClock();
    const stop = new AbortController();
    const doorbell = new Doorbell();
    let runs = 0;
    const task = async () => {
      runs += 1;
    };
    const options = { signal: stop.signal, clock, logger, doorbell, restMs: 1000 };
    const loop = runEvery('rung', 3600, task, options);
    await clock.settle();
    for (let tenth = 0; tenth < 50; tenth += 1) {
      doorbell.ring();
      await clock.advance(100);
    }
    expect(runs).toBe(6);
    await clock.advance(10_000);
    doorbell.ring();
    await clock.settle();
    // The rest is over long since: it runs at once.
    expect(runs).toBe(7);
    stop.abort();
    await loop;
  });
});
