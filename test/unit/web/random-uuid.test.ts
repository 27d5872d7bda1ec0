import { afterEach, describe, expect, it, vi } from 'vitest';
import { provideRandomUuid } from '../../../src/web/random-uuid.ts';

afterEach(() => vi.unstubAllGlobals());

describe('without randomUUID', () => {
  it('random UUIDs are made of random values', () => {
    const poor: { getRandomValues: unknown; randomUUID?: () => string } = {
      getRandomValues: crypto.getRandomValues.bind(crypto),
    };
    vi.stubGlobal('crypto', poor);
    provideRandomUuid();
    const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/;
    const made = Array.from({ length: 50 }, () => poor.randomUUID?.() ?? '');
    for (const each of made) expect(each).toMatch(form);
    expect(new Set(made).size).toBe(50);
  });
});
