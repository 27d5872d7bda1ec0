import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { parseArgs, promisify } from 'node:util';
import { containment } from './containment.ts';
import { median, type Figure, type Measurement } from './figure.ts';
import { wholeJob } from './p1-whole-job.ts';
import { tinyJob } from './p2-tiny-job.ts';
import { dispatch } from './p3-dispatch.ts';
import { memory } from './p6-memory.ts';
import { printRequests } from './requests/print-requests.ts';

const FIGURES: readonly Figure[] = [wholeJob, tinyJob, dispatch, memory, containment];
/** Counts instead of times, and with no anchor: tables of their own. */
const REQUESTS = 'REQUESTS';
const KNOWN = [...FIGURES.map(({ id }) => id), REQUESTS];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '5' } },
});
const minutes = Number(values.minutes);
const given = positionals.map((id) => id.toUpperCase());
const unknown = given.filter((id) => !KNOWN.includes(id));
if (unknown.length > 0 || !(minutes > 0)) {
  const problem = unknown.length > 0 ? `No figure ${unknown.join(', ')}` : 'No such minutes';
  process.stderr.write(`${problem}; there are ${KNOWN.join(', ')} [--minutes 5]\n`);
  process.exit(2);
}
const wanted = given.length > 0 ? given : KNOWN;

const { stdout } = await promisify(execFile)('ffmpeg', ['-version']);
const processor = cpus()[0]?.model ?? 'unknown processor';
write(
  `${cpus().length} × ${processor}, Node ${process.versions.node}, ${stdout.split('\n', 1)[0]}`,
);
write('');
const figures = FIGURES.filter(({ id }) => wanted.includes(id));
if (figures.length > 0) {
  write(
    '| figure | anchor: median (min–max) | media-nommer: median (min–max) | result | to reach |',
  );
  write('| --- | --- | --- | --- | --- |');
  for (const figure of figures) write(row(figure, await figure.measure()));
  write('');
}
if (wanted.includes(REQUESTS)) await printRequests(minutes, write);

function row({ id, title }: Figure, { unit, anchor, ours, result, reach }: Measurement): string {
  const cell = ({ name, samples }: Measurement['ours']) =>
    `${name}: ${round(median(samples))} (${round(Math.min(...samples))}–${round(Math.max(...samples))}) ${unit}`;
  return `| ${id} ${title} | ${cell(anchor)} | ${cell(ours)} | ${result.text} | ${reach} |`;
}

function round(value: number): string {
  return value.toFixed(value >= 100 ? 0 : 1);
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
