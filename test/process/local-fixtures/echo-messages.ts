import { openLocalPlace } from '../../../src/local/open-local-place.ts';

/** Sends every message of the new-job queue back by the state-change queue, until one says `stop`. */
const [dataDir = ''] = process.argv.slice(2);
const place = await openLocalPlace({ dataDir });
const { newJobs, stateChanges } = place;
for (let body = ''; body !== 'stop';) {
  const messages = await newJobs.receive({ max: 1, waitSeconds: 20, visibilitySeconds: 60 });
  for (const message of messages) {
    body = message.body;
    await newJobs.remove(message.receipt);
    await stateChanges.send(body);
  }
}
await place.close();
