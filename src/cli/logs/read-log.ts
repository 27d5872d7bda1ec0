import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** A line that a daemon has logged about a job. */
export interface LogLine {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** pino's: 30 information, 40 warning, 50 error. */
  readonly level: number;
  /** The daemon's. */
  readonly name: string;
  readonly msg: string;
  /** All that it says, those included. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * The lines of a daemon's log that are about one job. Anything else in there (Node's own words, what a killed
 * process has not written to its end) is passed over.
 * @param file `-` for standard input
 * @param jobId or how it begins
 */
export async function readLog(file: string, jobId: string): Promise<readonly LogLine[]> {
  const input = file === '-' ? process.stdin : createReadStream(file, 'utf8');
  const found: LogLine[] = [];
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    // Most lines are about other jobs: to parse them all would take long.
    if (!text.includes(jobId)) continue;
    const line = parse(text);
    if (line !== undefined && String(line.fields['job_id']).startsWith(jobId)) found.push(line);
  }
  return found;
}

function parse(text: string): LogLine | undefined {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (fields === null || typeof fields !== 'object') return undefined;
  const { time, level, name, msg } = fields as Partial<Record<keyof LogLine, unknown>>;
  if (typeof time !== 'number' || typeof level !== 'number') return undefined;
  if (typeof name !== 'string' || typeof msg !== 'string') return undefined;
  return { time, level, name, msg, fields: { ...fields } };
}
