import { openLocalPlace } from '../../../src/local/open-local-place.ts';

/** Sends `count` messages named `name` 0, 1, … in bursts. */
const [dataDir = '', name = '', count = '0'] = process.argv.slice(2);
const place = await openLocalPlace({ dataDir });
const { newJobs } = place;
for (let sent = 0; sent < Number(count);) {
  const burst = Math.min(1 + (sent % 7), Number(count) - sent);
  await Promise.all(Array.from({ length: burst }, (_, n) => newJobs.send(`${name} ${sent + n}`)));
  sent += burst;
}
await place.close();
