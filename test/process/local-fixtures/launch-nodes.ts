import { openLocalPlace } from '../../../src/local/open-local-place.ts';

/** Launches two idle nodes, prints their ids, and stays until it is killed. */
const [dataDir = '', token = ''] = process.argv.slice(2);
const place = await openLocalPlace({ dataDir });
const fleet = place.fleet({
  command: [process.execPath, '-e', 'setTimeout(() => {}, 60_000)', '--'],
});
const nodes = await fleet.launch({ count: 2, token, maximum: 10 });
process.stdout.write(`${nodes.map(({ nodeId }) => nodeId).join(' ')}\n`);
setInterval(() => {}, 60_000);
