import { openLocalPlace } from '../../../src/local/open-local-place.ts';
import { nextJob } from '../../conformance/next-job.ts';

/**
 * Creates the jobs `job-0` … `job-9` if nobody was faster, then raises the version of each by one, `count`
 * times, as often as that takes. Prints `created ID` and `raised ID`.
 */
const [dataDir = '', name = '', count = '0'] = process.argv.slice(2);
const place = await openLocalPlace({ dataDir });
const { store } = place;

async function contend(id: string): Promise<void> {
  if ((await store.create(nextJob(id))).created) process.stdout.write(`created ${id}\n`);
  for (let raised = 0; raised < Number(count);) {
    const job = await store.get(id);
    if (job === undefined) throw new Error(`${id} is gone`);
    const log = `${job.log}${name}`;
    if (await store.replace({ ...job, version: job.version + 1, log }, job.version)) {
      process.stdout.write(`raised ${id}\n`);
      raised += 1;
    }
  }
}

await Promise.all(Array.from({ length: 10 }, (_, n) => contend(`job-${n}`)));
await place.close();
