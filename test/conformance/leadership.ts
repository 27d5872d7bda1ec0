import { describe, expect, it } from 'vitest';
import type { Leadership } from '../../src/core/ports.ts';

/** What every place must keep of who leads. */
export function describeLeadership(name: string, open: () => Promise<Leadership>): void {
  describe(`Leadership of ${name}`, () => {
    it('knows nobody at first', async () => {
      expect(await (await open()).read()).toBeUndefined();
    });

    it('takes one term after the other, and none twice', async () => {
      const leadership = await open();
      expect(await leadership.replace({ holder: 'a', term: 2 })).toBe(false);
      expect(await leadership.replace({ holder: 'a', term: 1 })).toBe(true);
      expect(await leadership.replace({ holder: 'b', term: 1 })).toBe(false);
      expect(await leadership.replace({ holder: 'b', term: 2 })).toBe(true);
      expect(await leadership.replace({ holder: 'c', term: 4 })).toBe(false);
      expect(await leadership.read()).toEqual({ holder: 'b', term: 2 });
    });

    it('has one winner among many', async () => {
      const leadership = await open();
      for (const term of [1, 2, 3]) {
        const holders = ['a', 'b', 'c', 'd', 'e'];
        const won = await Promise.all(
          holders.map((holder) => leadership.replace({ holder, term })),
        );
        expect(won.filter(Boolean)).toHaveLength(1);
        expect(await leadership.read()).toEqual({ holder: holders[won.indexOf(true)], term });
      }
    });

    it('keeps that somebody has stepped down', async () => {
      const leadership = await open();
      await leadership.replace({ holder: 'a', term: 1 });
      expect(await leadership.replace({ holder: null, term: 2 })).toBe(true);
      expect(await leadership.read()).toEqual({ holder: null, term: 2 });
    });
  });
}
