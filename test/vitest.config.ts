import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Set by .ci/run: where to write the results as JSON, besides telling them.
const report = process.env['TEST_REPORT'];

export default defineConfig({
  resolve: { conditions: ['media-nommer:source'] },
  ssr: { resolve: { conditions: ['media-nommer:source'] } },
  test: {
    projects: [
      {
        extends: true,
        // What is open only while a test runs may share a process: that starts a hundred times less.
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          exclude: ['test/unit/**', '**/node_modules/**'],
        },
      },
    ],
    // Many tests start processes and change into directories of their own.
    pool: 'forks',
    // Most of the time goes by in waiting for processes: on two cores, too, two at a time are faster.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    retry: 0,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: report === undefined ? ['default'] : ['default', 'json'],
    ...(report !== undefined && { outputFile: { json: report } }),
    expect: { requireAssertions: true },
  },
});
