import { defineConfig } from 'vitest/config';

// Set by .ci/run: where to write the results as JSON, besides telling them.
const report = process.env['TEST_REPORT'];

export default defineConfig({
  resolve: { conditions: ['media-nommer:source'] },
  ssr: { resolve: { conditions: ['media-nommer:source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    // Many tests start processes and change into directories of their own.
    pool: 'forks',
    retry: 0,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: report === undefined ? ['default'] : ['default', 'json'],
    ...(report !== undefined && { outputFile: { json: report } }),
    expect: { requireAssertions: true },
  },
});
