import { describe, expect, it } from 'vitest';
import { renderResult } from '../chaos/render-result.ts';
import { runChaos, type ChaosOptions } from '../chaos/run-chaos.ts';

/** The short form of `npm run chaos`: enough to notice that something broke. */
describe.each(['local', 'aws'] as const)('a small storm, %s', (place) => {
  it('loses, doubles and leaves nothing', { timeout: 300_000 }, async () => {
    const options: ChaosOptions = {
      place,
      jobs: 12,
      kills: 8,
      seed: Date.now() % 1_000_000,
      // Other tests run beside this one: a lease must outlast their turns, of AWS's servers too.
      leaseSeconds: place === 'local' ? 4 : 8,
      // The long form judges times.
      recoveries: {
        'node killed': { seconds: 40, least: 1 },
        'node stopped': { seconds: 40, least: 1 },
        'node told to end': { seconds: 40, least: 1 },
      },
      killEverySeconds: 2,
      atOnce: 6,
      maxMinutes: 3,
      keep: false,
      log: () => {},
    };
    const result = await runChaos(options);
    if (result.verdict.all.length > 0) process.stdout.write(`${renderResult(result, options)}\n`);
    expect(result.verdict.all).toEqual([]);
    expect(result.kills).toBeGreaterThanOrEqual(8);
    expect(result.finished).toBeGreaterThan(5);
    expect(result.looks).toBeGreaterThan(20);
    // So many requests never pass a line without a fault.
    for (const { faults, requests } of Object.values(result.lines)) {
      if (requests > 50) expect(faults).toBeGreaterThan(0);
    }
    expect(Object.values(result.lines).some(({ faults }) => faults > 0)).toBe(true);
  });
});
