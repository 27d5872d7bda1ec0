import type { Caller, Count } from './call-counter.ts';
import { measureRequests, type JobsObservation } from './measure-requests.ts';
import { dollarsFor, paidOf } from './prices.ts';
import { perHour, perJob, plus, total, type Tally } from './tally.ts';

/** What an idle node may ask in an hour. */
const NODE_LIMIT = 400;

type Row = readonly string[];
interface Column {
  readonly title: string;
  readonly tally: Tally;
  readonly caller: Caller;
}

/** Counts what both daemons ask of AWS, and what that costs. @param minutes as measureRequests has it */
export async function printRequests(minutes: number, write: (line: string) => void): Promise<void> {
  const { alone, idle, long, short } = await measureRequests(minutes);
  const [anHourAlone, anHourIdle] = [perHour(alone), perHour(idle)];
  const [longJob, shortJob] = [perJob(long, idle), perJob(short, idle)];

  write(`Idle: requests an hour, scaled from ${idle.seconds.toFixed(0)} s, default settings`);
  printTable(
    requestRows([
      { title: 'feederd, no node', tally: anHourAlone, caller: 'feederd' },
      { title: 'feederd, one node', tally: anHourIdle, caller: 'feederd' },
      { title: `node (to reach: < ${NODE_LIMIT})`, tally: anHourIdle, caller: 'node' },
    ]),
    write,
  );

  write('');
  write(
    `Jobs: requests for one (mean of ${short.jobs} short ones), without what idle daemons ask in the same time`,
  );
  const jobColumns = [
    { title: `${titleOf(long)}: feederd`, tally: longJob, caller: 'feederd' },
    { title: 'node', tally: longJob, caller: 'node' },
    { title: `${titleOf(short)}: feederd`, tally: shortJob, caller: 'feederd' },
    { title: 'node', tally: shortJob, caller: 'node' },
  ] as const;
  printTable([...requestRows(jobColumns), ...unitRows(jobColumns)], write);
  write(asCounted(long));

  write('');
  write("What AWS asks for that in us-east-1, without instances and feederd's machine");
  printTable(
    [
      ['', 'write units', 'read units', 'SQS requests', 'S3 PUT', 'S3 GET', 'dollars'],
      costRow('feederd alone, a day', anHourAlone, 24),
      costRow('an idle node, an hour more', plus(anHourIdle, anHourAlone, -1), 1),
      costRow(`1,000 ${titleOf(long)}s`, longJob, 1000),
      costRow(`1,000 ${titleOf(short)}s`, shortJob, 1000),
    ],
    write,
  );
}

/** A row for each operation that anybody has asked for, and one for all of them. */
function requestRows(columns: readonly Column[]): Row[] {
  const names = new Set(columns.flatMap(({ tally }) => tally.map(nameOf)));
  const row = (name: string, isWanted: (count: Count) => boolean) => [
    name,
    ...columns.map(({ tally, caller }) =>
      round(total(tally, (count) => count.caller === caller && isWanted(count)).requests),
    ),
  ];
  return [
    ['', ...columns.map(({ title }) => title)],
    ...[...names].toSorted().map((name) => row(name, (count) => nameOf(count) === name)),
    row('all', () => true),
  ];
}

function unitRows(columns: readonly Column[]): Row[] {
  const sums = columns.map(({ tally, caller }) => total(tally, (count) => count.caller === caller));
  return [
    ['DynamoDB write units', ...sums.map(({ write }) => round(write))],
    ['DynamoDB read units', ...sums.map(({ read }) => round(read))],
  ];
}

/** Nothing taken off: all that arrived from submit to FINISHED, and shortly after. */
function asCounted({ counts, seconds, jobSeconds }: JobsObservation): string {
  const requests = (isWanted: (count: Count) => boolean) => total(counts, isWanted).requests;
  const dynamodb = requests(({ service }) => service === 'DynamoDB');
  const writes = requests(isWrite);
  const sqs = requests(({ service }) => service === 'SQS');
  return (
    `All that arrived in the ${seconds.toFixed(0)} s of the job of ${jobSeconds} s: ` +
    `DynamoDB ${dynamodb - writes} reads and ${writes} writes, SQS ${sqs} requests`
  );
}

function isWrite({ operation }: Count): boolean {
  return /^(?:Put|Update|Delete)Item$/u.test(operation);
}

function costRow(name: string, tally: Tally, times: number): Row {
  const paid = paidOf(plus([], tally, times));
  const { writeUnits, readUnits, sqsRequests, s3Puts, s3Gets } = paid;
  const counts = [writeUnits, readUnits, sqsRequests, s3Puts, s3Gets];
  return [
    name,
    ...counts.map((count) => (count < 0.5 ? '–' : Math.round(count).toLocaleString('en'))),
    `$${dollarsFor(paid).toFixed(4)}`,
  ];
}

function titleOf({ jobSeconds }: JobsObservation): string {
  return jobSeconds % 60 === 0 ? `${jobSeconds / 60}-minute job` : `${jobSeconds}-second job`;
}

function nameOf({ service, operation }: Count): string {
  return `${service} ${operation}`;
}

/** What idle daemons ask on average is taken off: what is just below nothing comes of that. */
function round(value: number): string {
  if (value > -1 && value < 0.05) return '–';
  return value.toFixed(value >= 20 ? 0 : 1).replace(/\.0$/u, '');
}

/** Markdown whose columns stand straight in a terminal, too. */
function printTable(rows: readonly Row[], write: (line: string) => void): void {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: Row) => {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    return `| ${cells.join(' | ')} |`;
  };
  const [head = [], ...rest] = rows;
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  for (const row of [head, rule, ...rest]) write(line(row));
}
