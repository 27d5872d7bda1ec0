import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Set by .ci/run: where to write the results as JSON, besides telling them.
const report = process.env['TEST_REPORT'];

/** They take minutes. */
const LONGEST =
  /\/(?:hostile|chaos|simulation|secrets|aws-circle|graceful|demo|page|cli|recovery|ffmpeg-containment)\.test\.ts$/;

/** Begins with what takes longest, so that in the end nobody waits for one file. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- no array's
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONGEST.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

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
          exclude: ['test/unit/**', 'test/web/**', '**/node_modules/**'],
        },
      },
      {
        extends: true,
        // In a browser, with the page as it is built now.
        test: {
          name: 'web',
          testTimeout: 120_000,
          include: ['test/web/*.test.ts'],
          globalSetup: 'test/web/build-page.ts',
        },
      },
    ],
    // Many tests start processes and change into directories of their own.
    pool: 'forks',
    // Much of the time goes by in waiting for processes: more at a time than there are cores are faster.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    retry: 0,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: report === undefined ? ['default'] : ['default', 'json'],
    ...(report !== undefined && { outputFile: { json: report } }),
    expect: { requireAssertions: true },
  },
});
