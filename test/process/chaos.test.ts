import { describe, expect, it } from 'vitest';
import { renderResult } from '../chaos/render-result.ts';
import { runChaos, type ChaosOptions } from '../chaos/run-chaos.ts';

/** The short form of `npm run chaos`: enough to notice that something broke. */
describe.each(['local', 'aws'] as const)('a small storm, %s', (place) => {
  it('loses, doubles and leaves nothing', { timeout: 240_000 }, async () => {
    const options: ChaosOptions = {
      place,
      jobs: 25,
      kills: 8,
      seed: Date.now() % 1_000_000,
      leaseSeconds: 4,
      // Other tests run beside this one.
      recoverySeconds: 60,
      killEverySeconds: 2,
      atOnce: 6,
      maxMinutes: 2,
      keep: false,
      log: () => {},
    };
    const result = await runChaos(options);
    if (result.verdict.all.length > 0) process.stdout.write(`${renderResult(result, options)}\n`);
    expect(result.verdict.all).toEqual([]);
    expect(result.kills).toBeGreaterThanOrEqual(8);
    expect(result.finished).toBeGreaterThan(12);
  });
});
