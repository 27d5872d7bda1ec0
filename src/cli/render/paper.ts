import type { Paint } from './paint.ts';

/** What text is written on. */
export interface Paper {
  /** Columns; Infinity where nobody looks at lines as a whole (a pipe, a file). */
  readonly width: number;
  readonly paint: Paint;
}
