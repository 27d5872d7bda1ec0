import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../../src/daemon/logger.ts';
import {
  InterruptionWatch,
  type InterruptionOutlook,
} from '../../../src/nommerd/interruption-watch.ts';
import { ManualClock } from '../../doubles/manual-clock.ts';

describe('InterruptionWatch', () => {
  const ended = { now: new AbortController() };
  let clock: ManualClock;
  let outlook: InterruptionOutlook | Error;
  let watch: InterruptionWatch;
  let running: Promise<void>;

  beforeEach(() => {
    clock = new ManualClock();
    outlook = 'none';
    ended.now = new AbortController();
    watch = new InterruptionWatch({
      source: {
        poll: async () => {
          if (outlook instanceof Error) throw outlook;
          return outlook;
        },
      },
      clock,
      logger: createLogger({ name: 'test', level: 'silent', pretty: false }),
    });
    running = watch.run(ended.now.signal);
  });

  afterEach(async () => {
    ended.now.abort();
    await running;
  });

  const seen = () => ({
    condition: watch.condition,
    stop: watch.stop.aborted,
    abort: watch.abort.aborted,
  });

  it('lets the node work while nothing is to come, also when nobody answers', async () => {
    outlook = new Error('no answer');
    await clock.advance(60_000);
    expect(seen()).toEqual({ condition: 'ACTIVE', stop: false, abort: false });
  });

  it('drains at a rebalance recommendation, and lets jobs end', async () => {
    outlook = 'rebalance';
    await clock.advance(3_600_000);
    expect(seen()).toEqual({ condition: 'DRAINING', stop: true, abort: false });
  });

  it('drains at a notice, and has work handed back half a minute before the end', async () => {
    outlook = 'rebalance';
    await clock.advance(10_000);
    outlook = { action: 'terminate', at: clock.now() + 120_000 };
    await clock.advance(80_000);
    expect(seen()).toEqual({ condition: 'TERMINATING', stop: true, abort: false });
    await clock.advance(10_000);
    expect(seen()).toEqual({ condition: 'TERMINATING', stop: true, abort: true });
  });

  it('keeps to a notice when the metadata server does not answer any more', async () => {
    outlook = { action: 'stop', at: clock.now() + 120_000 };
    await clock.advance(5000);
    outlook = new Error('no answer');
    await clock.advance(85_000);
    expect(seen()).toEqual({ condition: 'TERMINATING', stop: true, abort: true });
  });

  it('hands back at once what a hibernation would freeze', async () => {
    outlook = { action: 'hibernate', at: clock.now() + 120_000 };
    await clock.advance(5000);
    expect(watch.abort.aborted).toBe(true);
  });
});
