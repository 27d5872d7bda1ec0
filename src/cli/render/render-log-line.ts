import type { LogLine } from '../logs/read-log.ts';
import type { Tone } from './paint.ts';
import type { Paper } from './paper.ts';
import { printable } from './printable.ts';

/** Said by the line's own columns, or the same on every line. */
const SAID = new Set(['time', 'level', 'name', 'msg', 'pid', 'hostname', 'job_id', 'err']);
const NAME_WIDTH = 'feederd'.length;

/** A line of a daemon's log for people: when, who, what, and then the rest of it as NAME=VALUE. */
export function renderLogLine(
  { time, level, name, msg, fields }: LogLine,
  { paint }: Paper,
): string {
  const rest = Object.entries(fields)
    .filter(([key]) => !SAID.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const columns = [
    paint('faint', new Date(time).toISOString()),
    name.padEnd(NAME_WIDTH),
    paint(toneOf(level), printable(msg)),
    ...rest.map((each) => paint('faint', printable(each))),
  ];
  return [columns.join(' '), ...causeOf(fields)].join('\n');
}

function toneOf(level: number): Tone {
  if (level >= 50) return 'bad';
  return level >= 40 ? 'warning' : 'strong';
}

function causeOf({ err }: LogLine['fields']): readonly string[] {
  if (err === null || typeof err !== 'object' || !('message' in err)) return [];
  return [`    ${printable(String(err.message))}`];
}
