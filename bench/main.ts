import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { promisify } from 'node:util';
import { median, type Figure, type Measurement } from './figure.ts';
import { wholeJob } from './p1-whole-job.ts';
import { tinyJob } from './p2-tiny-job.ts';
import { dispatch } from './p3-dispatch.ts';
import { memory } from './p6-memory.ts';

const FIGURES: readonly Figure[] = [wholeJob, tinyJob, dispatch, memory];

const wanted = process.argv.slice(2).map((id) => id.toUpperCase());
const unknown = wanted.filter((id) => !FIGURES.some((figure) => figure.id === id));
if (unknown.length > 0) {
  const known = FIGURES.map(({ id }) => id).join(', ');
  process.stderr.write(`No figure ${unknown.join(', ')}; there are ${known}\n`);
  process.exit(2);
}

const { stdout } = await promisify(execFile)('ffmpeg', ['-version']);
const processor = cpus()[0]?.model ?? 'unknown processor';
write(
  `${cpus().length} × ${processor}, Node ${process.versions.node}, ${stdout.split('\n', 1)[0]}`,
);
write('');
write('| figure | anchor: median (min–max) | media-nommer: median (min–max) | result | to reach |');
write('| --- | --- | --- | --- | --- |');
for (const figure of FIGURES) {
  if (wanted.length > 0 && !wanted.includes(figure.id)) continue;
  write(row(figure, await figure.measure()));
}

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
