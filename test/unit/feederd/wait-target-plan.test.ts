import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  nodesForWaitTarget,
  type NodeForecast,
  type WaitingJob,
  type WaitTargetFacts,
} from '../../../src/feederd/wait-target-plan.ts';

const SETTINGS = { slotsPerNode: 2, waitTargetSeconds: 60 };

const jobs = (count: number, patch: Partial<WaitingJob> = {}): readonly WaitingJob[] =>
  Array.from({ length: count }, () => ({
    waitedSeconds: 0,
    earliestSeconds: 0,
    workSeconds: 300,
    ...patch,
  }));
const node = (...remainingSeconds: number[]): NodeForecast => ({
  slots: 2,
  readySeconds: 0,
  remainingSeconds,
});
const booting = (readySeconds: number): NodeForecast => ({
  slots: 2,
  readySeconds,
  remainingSeconds: [],
  isBooting: true,
});

describe('nodesForWaitTarget', () => {
  it.each([
    { why: 'nothing to do', waiting: [], nodes: [], launch: 0 },
    { why: 'the first job needs a node', waiting: jobs(1), nodes: [], launch: 1 },
    { why: 'slots are free', waiting: jobs(2), nodes: [node()], launch: 0 },
    { why: 'a slot is free in time', waiting: jobs(1), nodes: [node(50, 900)], launch: 0 },
    { why: 'no slot is free in time', waiting: jobs(1), nodes: [node(61, 900)], launch: 1 },
    { why: 'a burst of long jobs', waiting: jobs(10), nodes: [], launch: 5 },
    {
      why: 'a burst on a node that is coming up',
      waiting: jobs(4),
      nodes: [booting(30)],
      launch: 1,
    },
    {
      why: 'a burst of short jobs: two slots do 24 of them in a minute',
      waiting: jobs(24, { workSeconds: 5 }),
      nodes: [node()],
      launch: 0,
    },
    {
      why: 'jobs that a back-off keeps for longer than a boot',
      waiting: jobs(9, { earliestSeconds: 500 }),
      nodes: [],
      launch: 0,
    },
    { why: 'the maximum', waiting: jobs(99), nodes: [], room: 3, launch: 3 },
    { why: 'more nodes than the maximum', waiting: jobs(99), nodes: [], room: -2, launch: 0 },
  ])('launches $launch: $why', ({ waiting, nodes, launch, room = 50 }) => {
    expect(nodesForWaitTarget({ waiting, nodes, bootSeconds: 60, room }, SETTINGS)).toBe(launch);
  });

  it('launches nothing where a slot is free before a new node would be there', () => {
    const facts = { waiting: jobs(1), nodes: [node(100, 900)], bootSeconds: 120, room: 9 };
    expect(nodesForWaitTarget(facts, SETTINGS)).toBe(0);
  });

  it('launches for a job beyond its target, when a new node is there first', () => {
    const waiting = jobs(1, { waitedSeconds: 3000 });
    const facts = { waiting, nodes: [node(130, 900)], bootSeconds: 120, room: 9 };
    expect(nodesForWaitTarget(facts, SETTINGS)).toBe(1);
  });

  it('lets jobs wait for as long as the target says', () => {
    const facts = { waiting: jobs(4), nodes: [node()], bootSeconds: 60, room: 9 };
    expect(nodesForWaitTarget(facts, { ...SETTINGS, waitTargetSeconds: 300 })).toBe(0);
    expect(nodesForWaitTarget(facts, { ...SETTINGS, waitTargetSeconds: 299 })).toBe(1);
  });

  describe('where boots get lost', () => {
    const boots = { lateSeconds: 70, lostShare: 0.1 };
    const plan = (jobCount: number, patch: Partial<WaitTargetFacts> = {}) => {
      const facts = { waiting: jobs(jobCount), nodes: [], bootSeconds: 50, boots, room: 99 };
      return nodesForWaitTarget({ ...facts, ...patch }, SETTINGS);
    };

    it.each([
      // Of one, one in ten is lost: too many. Of two, both are in one case of a hundred.
      { needed: 1, launch: 2 },
      { needed: 2, launch: 3 },
      // Of eleven, more than two are in nine cases of a hundred, more than three in two.
      { needed: 8, launch: 11 },
    ])('launches $launch where $needed would do', ({ needed, launch }) => {
      expect(plan(needed * 2)).toBe(launch);
    });

    it('launches no second spare when nothing has changed', () => {
      expect(plan(1, { nodes: [booting(30), booting(30)] })).toBe(0);
      expect(plan(1, { nodes: [booting(30)] })).toBe(1);
    });

    it('needs none where a slot becomes free in time, or hardly any boot gets lost', () => {
      expect(plan(1, { nodes: [node(40)] })).toBe(0);
      expect(plan(1, { boots: { ...boots, lostShare: 0.04 } })).toBe(1);
    });

    it('needs none where the target leaves time for another boot', () => {
      const facts = { waiting: jobs(1), nodes: [], bootSeconds: 50, boots, room: 99 };
      expect(nodesForWaitTarget(facts, { ...SETTINGS, waitTargetSeconds: 119 })).toBe(2);
      expect(nodesForWaitTarget(facts, { ...SETTINGS, waitTargetSeconds: 120 })).toBe(1);
    });

    it('launches none in vain where something is wrong with all nodes', () => {
      expect(plan(2, { boots: { ...boots, lostShare: 1 } })).toBe(1);
    });
  });

  it('never exceeds the room, and never launches more nodes than jobs wait', () => {
    const seconds = fc.integer({ min: 0, max: 2000 });
    const waiting = fc.array(
      fc.record({ waitedSeconds: seconds, earliestSeconds: seconds, workSeconds: seconds }),
    );
    const nodes = fc.array(
      fc.record({
        slots: fc.integer({ min: 1, max: 4 }),
        readySeconds: seconds,
        remainingSeconds: fc.array(seconds, { maxLength: 4 }),
        isBooting: fc.boolean(),
      }),
      { maxLength: 5 },
    );
    const boots = fc.record({
      lateSeconds: seconds,
      lostShare: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    const facts = fc.record({ waiting, nodes, bootSeconds: seconds, boots, room: fc.nat(20) });
    fc.assert(
      fc.property(facts, (given) => {
        const launch = nodesForWaitTarget(given, SETTINGS);
        expect(launch).toBeLessThanOrEqual(given.room);
        const inTime = { ...given, boots: { ...given.boots, lostShare: 0 } };
        const withoutSpares = nodesForWaitTarget(inTime, SETTINGS);
        expect(withoutSpares).toBeLessThanOrEqual(given.waiting.length);
        expect(launch).toBeGreaterThanOrEqual(withoutSpares);
        // What was launched is enough: nobody launches again for the same jobs.
        const launched = Array.from({ length: launch }, () => booting(given.bootSeconds));
        const then = { ...given, nodes: [...given.nodes, ...launched], room: given.room - launch };
        expect(nodesForWaitTarget(then, SETTINGS)).toBe(0);
      }),
    );
  });
});
