import { NODE_BLOWS, percentile } from './judge-recoveries.ts';
import { BLOWS } from './monkey.ts';
import type { ChaosOptions, ChaosResult } from './run-chaos.ts';
import { shortened } from './scene.ts';

/** The one table that a run prints. */
export function renderResult(
  result: ChaosResult,
  { place, seed, leaseSeconds }: ChaosOptions,
): string {
  const { verdict, recoveries, blows, attempts } = result;
  const time = (sorted: readonly number[], share: number) =>
    `p${share * 100} ${(percentile(sorted, share) / 1000).toFixed(1)} s`;
  const times = (sorted: readonly number[]) =>
    sorted.length === 0
      ? '–'
      : `${time(sorted, 0.5)}, ${time(sorted, 0.99)} (${sorted.length} jobs; lease ${leaseSeconds} s)`;
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
    [
      'faults on the lines',
      Object.entries(result.lines)
        .map(([name, { faults, requests }]) => `${name}: ${faults} of ${requests} requests`)
        .join(', '),
    ],
    ['lost', verdict.lost.length],
    [
      'doubled (jobs, outputs, encodes at a time)',
      `${verdict.doubled.length} (${result.looks} looks at encodes)`,
    ],
    ['stuck', verdict.stuck.length],
    ['ended otherwise than they should', verdict.wrongEnds.length],
    ['wrong outputs', verdict.wrongOutputs.length],
    ['leftovers (parts, uploads, work directories, processes)', verdict.leftovers.length],
    [
      'notifications missing',
      `${verdict.notificationsMissing.length} (${result.notifications} taken)`,
    ],
    ['notifications out of sequence', verdict.notificationsOutOfOrder.length],
    ...NODE_BLOWS.map((blow): [string, string] => [
      `recovery: ${blow} → its job claimed again`,
      times(recoveries[blow]),
    ]),
    ['recoveries that took too long', verdict.slowRecoveries.length],
    [
      'attempts that came to nothing',
      `${attempts.hit} by blows, ${attempts.wasted} besides (${attempts.told} of them with a reason in the log)`,
    ],
    ['jobs with more failures than attempts that came to nothing', verdict.failuresTooMany.length],
    ['other things wrong', verdict.others.length],
    ['audit', result.audit.split('\n').at(-1) ?? ''],
    ['took', `${result.seconds} s`],
  ];
  const lines = rows.map(([what, is]) => `| ${what} | ${is} |`);
  return ['| chaos | |', '| --- | --- |', ...lines].join('\n');
}
