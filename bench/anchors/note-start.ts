import { appendFileSync, readFileSync } from 'node:fs';

/** Nanoseconds on a clock that all processes of this machine share. */
function now(): number {
  return Number(process.hrtime.bigint());
}

/** Milliseconds on that clock. */
export function sharedNowMs(): number {
  return now() / 1e6;
}

/** Notes in a file that work on a job begins. @param file one line for each, in milliseconds */
export function noteStart(file: string): void {
  appendFileSync(file, `${sharedNowMs()}\n`);
}

/** What was noted so far. */
export function readStarts(file: string): readonly number[] {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
