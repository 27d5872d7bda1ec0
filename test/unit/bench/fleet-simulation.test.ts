import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { leastFleetSeconds } from '../../../bench/fleet/clairvoyant.ts';
import { billedSeconds } from '../../../bench/fleet/cloud.ts';
import { runOnce, type Comparison } from '../../../bench/fleet/compare.ts';
import { BOOT_SECONDS, Conditions } from '../../../bench/fleet/conditions.ts';
import { OURS, POLICIES } from '../../../bench/fleet/policies/all.ts';
import { repeat } from '../../../bench/fleet/policies/replicas.ts';
import { simulate, SLOTS, type Policy, type Simulated } from '../../../bench/fleet/simulate.ts';
import { TRACES } from '../../../bench/fleet/trace.ts';

const HOUR_MS = 3_600_000;
const SEED = 7;
/** The busiest hours of a day: enough for hung boots, refusals and lost instances. */
const HOURS = TRACES.diurnal(SEED)
  .filter(({ atMs }) => atMs > 11 * HOUR_MS && atMs < 14 * HOUR_MS)
  .map(({ atMs, workMs }) => ({ atMs: atMs - 11 * HOUR_MS, workMs }));
const NEVER = Number.POSITIVE_INFINITY;
const CALM = { fate: () => ({ bootMs: 50_000, lifeMs: NEVER }), refuses: () => false };

const run = (policy: Policy, patch: Partial<Simulated> = {}) =>
  simulate({ policy, arrivals: HOURS, seed: SEED, ...patch });

/** Launches a number of nodes at once, and ends them when the work is done. */
const fixedFleet = (nodes: number): Policy => ({
  name: `${nodes} nodes`,
  about: '',
  idleSeconds: NEVER,
  leastNodes: nodes,
  start: (cloud, stop) =>
    repeat(cloud, 1, {
      stop,
      act: () => {
        const missing = nodes - cloud.nodes.size;
        if (missing > 0) cloud.launch(missing);
      },
    }),
});

describe('a simulated fleet', () => {
  it.each(POLICIES)('does every job once, whatever befalls it, under $name', async (policy) => {
    const { jobs, waitSeconds } = await run(policy);
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(HOURS.length);
    for (const [index, job] of jobs.entries()) {
      expect(job.endedMs - job.startedMs).toBeCloseTo(job.workMs);
      // What is neither waiting nor the last attempt is lost attempts.
      const elsewhereMs = job.endedMs - job.submittedMs - job.workMs - job.waitedMs;
      if (job.attempt === 1) expect(elsewhereMs).toBeCloseTo(0);
      else expect(elsewhereMs).toBeGreaterThan(0);
      expect(waitSeconds[index]).toBe(job.waitedMs / 1000);
    }
  });

  it('bills a node from its launch to its end', async () => {
    const arrivals = [{ atMs: 30_000, workMs: 100_000 }];
    const { fleetSeconds, waitSeconds, launches } = await run(OURS, { arrivals, conditions: CALM });
    // Boot, work, and 20 s without a job.
    expect(fleetSeconds).toBe(50 + 100 + 20);
    expect(waitSeconds).toEqual([50]);
    expect(launches).toBe(1);
  });

  it('bills whole seconds, and a minute at least', () => {
    const node = { nodeId: 'a', fate: CALM.fate(), readyMs: 0, takesJobs: false, idleSinceMs: 0 };
    const billed = (endedMs: number) =>
      billedSeconds({ ...node, running: new Map(), launchedMs: 1000, endedMs });
    expect([billed(2000), billed(61_000), billed(61_001)]).toEqual([60, 60, 61]);
  });

  it('has a job done anew whose node was taken back, handed over half a minute before', async () => {
    const fates = [
      { bootMs: 50_000, lifeMs: 200_000 },
      { bootMs: 50_000, lifeMs: NEVER },
    ];
    const conditions = {
      fate: (launch: number) => fates[launch] ?? CALM.fate(),
      refuses: () => false,
    };
    const { jobs, launches } = await run(OURS, {
      arrivals: [{ atMs: 0, workMs: 300_000 }],
      conditions,
    });
    expect(jobs).toHaveLength(1);
    expect(jobs[0]?.attempt).toBe(2);
    expect(launches).toBe(2);
    // On the first node until 50 + 170 s; then a second boot, as soon as feederd has looked.
    expect(jobs[0]?.startedMs).toBeGreaterThanOrEqual(270_000);
    expect(jobs[0]?.startedMs).toBeLessThan(277_000);
  });

  it('is the same again under the same seed, and another under another', async () => {
    const { fleetSeconds, waitSeconds } = await run(OURS);
    expect(await run(OURS)).toMatchObject({ fleetSeconds, waitSeconds });
    expect((await run(OURS, { seed: SEED + 1 })).fleetSeconds).not.toBe(fleetSeconds);
  });

  it('tells of a policy that leaves jobs undone', async () => {
    await expect(run(fixedFleet(0), { arrivals: HOURS.slice(0, 1) })).rejects.toThrow(
      '0 nodes leaves 1 jobs undone',
    );
  });

  it('knows a bad policy: one that costs more, or lets jobs wait longer', async () => {
    const ours = await run(OURS);
    const lavish = await run(fixedFleet(40));
    const stingy = await run(fixedFleet(2));
    expect(lavish.fleetSeconds).toBeGreaterThan(2 * ours.fleetSeconds);
    expect(Math.max(...stingy.waitSeconds)).toBeGreaterThan(10 * Math.max(...ours.waitSeconds));
  });
});

describe('docs/fleet.json', () => {
  it('is what the simulation gives today (npm run bench -- P9)', async () => {
    const text = await readFile(new URL('../../../docs/fleet.json', import.meta.url), 'utf8');
    const [ours] = JSON.parse(text) as readonly Comparison[];
    expect(ours).toMatchObject({ trace: 'sparse', policy: OURS.name, about: OURS.about });
    expect(await runOnce('sparse', OURS, 1)).toEqual(ours?.runs[0]);
  });
});

describe('the clairvoyant fleet', () => {
  const least = (...intervals: readonly (readonly [number, number])[]) =>
    leastFleetSeconds(
      intervals.map(([from, to]) => ({ fromMs: from * 1000, toMs: to * 1000 })),
      { slots: 2, bootSeconds: 50 },
    );

  it.each([
    { why: 'nothing to do', intervals: [], seconds: 0 },
    { why: 'one job', intervals: [[100, 400]], seconds: 350 },
    {
      why: 'two jobs share a node',
      intervals: [
        [0, 300],
        [100, 350],
      ],
      seconds: 400,
    },
    {
      why: 'a third needs another',
      intervals: [
        [0, 300],
        [0, 300],
        [100, 200],
      ],
      seconds: 500,
    },
    {
      why: 'kept through a short gap',
      intervals: [
        [0, 300],
        [330, 400],
      ],
      seconds: 450,
    },
    {
      why: 'launched again after a long one',
      intervals: [
        [0, 300],
        [900, 1000],
      ],
      seconds: 500,
    },
    {
      why: 'one after the other on one node',
      intervals: [
        [0, 300],
        [300, 400],
      ],
      seconds: 450,
    },
  ] as const)('costs $seconds s: $why', ({ intervals, seconds }) => {
    expect(least(...intervals)).toBe(seconds);
  });

  it.each(POLICIES)(
    'costs no more than $name, had it started every job when that did',
    async (policy) => {
      const { jobs, fleetSeconds } = await run(policy);
      const same = jobs.map(({ startedMs, endedMs }) => ({ fromMs: startedMs, toMs: endedMs }));
      const bound = leastFleetSeconds(same, { slots: SLOTS, bootSeconds: BOOT_SECONDS.least });
      expect(bound).toBeLessThanOrEqual(fleetSeconds);
      expect(bound).toBeGreaterThan(fleetSeconds / 5);
    },
  );
});

describe('traces and conditions', () => {
  it.each([
    ['sparse', 2],
    ['Poisson', 60],
    ['bursty', 19],
    ['diurnal', 60],
  ] as const)('have about as many jobs as they say: %s, %i an hour', (trace, anHour) => {
    const counts = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => TRACES[trace](seed).length);
    const mean = counts.reduce((sum, count) => sum + count) / counts.length / 48;
    expect(Math.abs(mean - anHour)).toBeLessThan(anHour / 5);
  });

  it('hang one boot in ten, and refuse more than one call in twenty', () => {
    const conditions = new Conditions(SEED, 100 * HOUR_MS);
    const launches = Array.from({ length: 5000 }, (_, launch) => conditions.fate(launch));
    const hung = launches.filter(({ bootMs }) => bootMs === NEVER).length / launches.length;
    expect(Math.abs(hung - 0.1)).toBeLessThan(0.02);
    const calls = Array.from({ length: 5000 }, (_, call) => conditions.refuses(call * 72_000));
    const refused = calls.filter(Boolean).length / calls.length;
    expect(refused).toBeGreaterThan(0.045);
    expect(refused).toBeLessThan(0.1);
  });
});
