import { parseArgs } from 'node:util';
import { renderResult } from './render-result.ts';
import { runChaos, type ChaosOptions } from './run-chaos.ts';
import type { PlaceName } from './scene.ts';

const USAGE = `npm run chaos -- [--place local|aws] [--jobs N] [--kills N] [--seed N] [--minutes N]
  [--lease SECONDS] [--kill-every SECONDS] [--keep]
`;

const { values } = parseArgs({
  options: {
    place: { type: 'string' },
    jobs: { type: 'string', default: '500' },
    kills: { type: 'string', default: '150' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    minutes: { type: 'string', default: '20' },
    lease: { type: 'string', default: '10' },
    'kill-every': { type: 'string', default: '2' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
/** In a short storm, some blows may not fall. */
const least = Number(values.kills) < 100 ? 0 : 1;

const places = values.place === undefined ? ['local', 'aws'] : [values.place];
if (!places.every(isPlace)) {
  process.stderr.write(USAGE);
  process.exit(2);
}
for (const place of places) {
  const options: ChaosOptions = {
    place,
    jobs: Number(values.jobs),
    kills: Number(values.kills),
    seed: Number(values.seed),
    leaseSeconds: Number(values.lease),
    recoveries: {
      'node killed': {
        seconds: Number(values.lease) + 10,
        least: least * Math.floor(Number(values.kills) / 10),
      },
      'node stopped': { seconds: Number(values.lease) + 10, least },
      // Five by themselves; and a slot has to become free, or a node to come.
      'node told to end': { seconds: 15, least },
    },
    killEverySeconds: Number(values['kill-every']),
    atOnce: 8,
    maxMinutes: Number(values.minutes),
    keep: values.keep,
    log: (line) => void process.stderr.write(`${line}\n`),
  };
  const result = await runChaos(options);
  process.stdout.write(`${renderResult(result, options)}\n\n`);
  const wrong = result.verdict.all;
  if (wrong.length > 0) {
    process.stdout.write(`${wrong.join('\n')}\n\n${result.audit}\n\n`);
    process.stdout.write(`seed ${options.seed}; everything is kept in ${result.dir}\n`);
    process.exitCode = 1;
  }
}

function isPlace(text: string): text is PlaceName {
  return text === 'local' || text === 'aws';
}
