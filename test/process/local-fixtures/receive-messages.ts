import { openLocalPlace } from '../../../src/local/open-local-place.ts';

/**
 * Receives and removes `count` messages, by four callers, and prints each with its receive count. Is
 * killed in the midst of that when it has printed `killedAfter`.
 */
const [dataDir = '', count = '0', killedAfter = 'Infinity'] = process.argv.slice(2);
const place = await openLocalPlace({ dataDir });
const request = { max: 1, waitSeconds: 20, visibilitySeconds: 600 };
let left = Number(count);
let printed = 0;

async function receiver(): Promise<void> {
  while (left > 0) {
    left -= 1;
    const [message] = await place.newJobs.receive(request);
    if (message === undefined) {
      left += 1;
    } else {
      await place.newJobs.remove(message.receipt);
      process.stdout.write(`${message.receiveCount} ${message.body}\n`);
      printed += 1;
      if (printed >= Number(killedAfter)) process.kill(process.pid, 'SIGKILL');
    }
  }
}

await Promise.all([receiver(), receiver(), receiver(), receiver()]);
await place.close();
