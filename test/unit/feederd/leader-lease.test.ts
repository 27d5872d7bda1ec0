import { beforeEach, describe, expect, it } from 'vitest';
import type { Leadership } from '../../../src/core/ports.ts';
import { createLogger } from '../../../src/daemon/logger.ts';
import { LeaderLease } from '../../../src/feederd/leader-lease.ts';
import { ManualClock } from '../../doubles/manual-clock.ts';
import { MemoryLeadership } from '../../doubles/memory-leadership.ts';

describe('LeaderLease', () => {
  let clock: ManualClock;
  let leadership: MemoryLeadership;
  let leaders: string[];
  const gone = new Set<string>();

  beforeEach(() => {
    clock = new ManualClock();
    leadership = new MemoryLeadership();
    leaders = [];
    gone.clear();
  });

  /** Starts a feederd that wants to lead; `leaders` shows who does. */
  function start(self: string, its: { clock?: ManualClock; leadership?: Leadership } = {}) {
    const stop = new AbortController();
    const lease = new LeaderLease({
      leadership,
      self,
      isGone: (holder) => gone.has(holder),
      clock,
      logger: createLogger({ name: 'test', level: 'silent', pretty: false }),
      ...its,
    });
    const work = async (signal: AbortSignal) => {
      leaders.push(self);
      await clock.sleep(Infinity, signal);
      leaders = leaders.filter((each) => each !== self);
    };
    const running = lease.run(work, stop.signal);
    return {
      lease,
      async stop() {
        stop.abort();
        await clock.settle();
        await running;
      },
    };
  }

  it('steps back before another leads when its renewal hangs', async () => {
    let hangs = false;
    const hanging: Leadership = {
      read: () => leadership.read(),
      replace: (record) =>
        hangs ? clock.sleep(150_000).then(() => false) : leadership.replace(record),
    };
    const first = start('a', { leadership: hanging });
    await clock.settle();
    const second = start('b');
    await clock.advance(10_000);
    expect(leaders).toEqual(['a']);
    hangs = true;
    for (let passed = 0; passed < 200; passed += 1) {
      hangs = passed < 60;
      await clock.advance(1000);
      expect(leaders.length).toBeLessThanOrEqual(1);
    }
    expect(leaders).toEqual(['b']);
    await second.stop();
    await first.stop();
  });

  it('lets one lead, for as long as it lives', async () => {
    const first = start('a');
    await clock.settle();
    const second = start('b');
    for (let minute = 0; minute < 10; minute += 1) {
      await clock.advance(60_000);
      expect(leaders).toEqual(['a']);
    }
    await first.stop();
    await second.stop();
    expect(first.lease.hasLed).toBe(true);
    expect(second.lease.hasLed).toBe(false);
  });

  it('hands over within one look when the leader is stopped', async () => {
    const first = start('a');
    await clock.settle();
    const second = start('b');
    await clock.settle();
    await first.stop();
    expect(leadership.record?.holder).toBeNull();
    await clock.advance(5000);
    expect(leaders).toEqual(['b']);
    await second.stop();
  });

  it('takes over from a leader that is silent for a lease, and not before', async () => {
    leadership.record = { holder: 'dead', term: 41 };
    const second = start('b');
    await clock.advance(14_000);
    expect(leaders).toEqual([]);
    await clock.advance(6000);
    expect(leaders).toEqual(['b']);
    await second.stop();
  });

  it('takes over at once from a process of this machine that is gone', async () => {
    leadership.record = { holder: 'dead', term: 41 };
    gone.add('dead');
    const second = start('b');
    await clock.settle();
    expect(leaders).toEqual(['b']);
    await second.stop();
  });

  it('steps down by itself, before another may lead, when it is cut off', async () => {
    const cut = new MemoryLeadership();
    const first = start('a', { leadership: cut });
    await clock.settle();
    cut.outage = new Error('no way out');
    await clock.advance(10_000);
    expect(leaders).toEqual(['a']);
    await clock.advance(5000);
    expect(leaders).toEqual([]);
    cut.outage = undefined;
    await clock.advance(5000);
    expect(leaders).toEqual(['a']);
    await first.stop();
  });

  it('notices after a long sleep that another leads', async () => {
    const first = start('a');
    await clock.settle();
    leadership.record = { holder: 'b', term: 77 };
    await clock.advance(5000);
    expect(leaders).toEqual([]);
    expect(leadership.record).toEqual({ holder: 'b', term: 77 });
    await first.stop();
    expect(leadership.record).toEqual({ holder: 'b', term: 77 });
  });

  it('goes on leading over answers that get lost', async () => {
    const first = start('a');
    await clock.settle();
    leadership.losesAnswers = true;
    await clock.advance(9000);
    leadership.losesAnswers = false;
    await clock.advance(60_000);
    expect(leaders).toEqual(['a']);
    await first.stop();
  });

  it('waits for a store that is away', async () => {
    leadership.outage = new Error('no way out');
    const first = start('a');
    await clock.advance(60_000);
    expect(leaders).toEqual([]);
    leadership.outage = undefined;
    await clock.advance(5000);
    expect(leaders).toEqual(['a']);
    await first.stop();
  });
});
