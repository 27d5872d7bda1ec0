import { BLOWS } from './monkey.ts';
import { percentile, type ChaosOptions, type ChaosResult } from './run-chaos.ts';
import { shortened } from './scene.ts';

/** The one table that a run prints. */
export function renderResult(
  result: ChaosResult,
  { place, seed, leaseSeconds }: ChaosOptions,
): string {
  const { verdict, recoveries, blows } = result;
  const time = (share: number) => (percentile(recoveries, share) / 1000).toFixed(1);
  const rows: [what: string, is: string | number][] = [
    ['place, seed', `${place}, ${seed}`],
    [
      'shortened',
      Object.entries(shortened(leaseSeconds))
        .map(([name, value]) => `${name} ${value}`)
        .join(', '),
    ],
    ['jobs accepted', `${result.jobs} (${result.finished} FINISHED and looked at)`],
    ['kills', `${result.kills} (${BLOWS.map((blow) => `${blow} ${blows[blow]}`).join(', ')})`],
    ['faults on the lines', `${result.faults} of ${result.requests} requests`],
    ['lost', verdict.lost.length],
    ['doubled', verdict.doubled.length],
    ['stuck', verdict.stuck.length],
    ['ended otherwise than they should', verdict.wrongEnds.length],
    ['wrong outputs', verdict.wrongOutputs.length],
    ['leftovers (parts, uploads, work directories, processes)', verdict.leftovers.length],
    [
      'notifications missing',
      `${verdict.notificationsMissing.length} (${result.notifications} taken)`,
    ],
    ['notifications out of sequence', verdict.notificationsOutOfOrder.length],
    [
      'recovery: kill of a node → its job claimed again',
      `p50 ${time(0.5)} s, p99 ${time(0.99)} s (${recoveries.length} jobs; lease ${leaseSeconds} s)`,
    ],
    ['audit', result.audit.split('\n').at(-1) ?? ''],
    ['took', `${result.seconds} s`],
  ];
  const lines = rows.map(([what, is]) => `| ${what} | ${is} |`);
  return ['| chaos | |', '| --- | --- |', ...lines].join('\n');
}
