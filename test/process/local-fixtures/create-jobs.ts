import { openLocalPlace } from '../../../src/local/open-local-place.ts';
import { nextJob } from '../../conformance/next-job.ts';

/** Creates jobs from ten callers for ever, and prints the id of each that was accepted. */
const [dataDir = ''] = process.argv.slice(2);
const { store } = await openLocalPlace({ dataDir });
let count = 0;

async function creator(): Promise<never> {
  for (;;) {
    const id = `job-${(count += 1)}`;
    await store.create(nextJob(id, { metadata: { id } }));
    process.stdout.write(`${id}\n`);
  }
}

await Promise.all(Array.from({ length: 10 }, creator));
