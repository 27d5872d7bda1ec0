import type { Progress } from '../../core/job.ts';
import type { ProgressBlock } from './parse-progress.ts';

export interface PassesSoFar {
  /** Counted from 1. */
  readonly pass: number;
  /** How long each pass's output gets, in seconds; null where that is unknown. */
  readonly expectedSeconds: readonly (number | null)[];
  /** The percent told before; it never goes back. */
  readonly lastPercent: number | null;
}

/**
 * How far all passes together are. Every pass counts the same: how much faster an analysis pass is depends
 * on codec and filters, and is not known before. Until all has ended, percent stays below 100.
 */
export function overallProgress(block: ProgressBlock, so: PassesSoFar): Progress {
  const passes = so.expectedSeconds.length;
  const expected = so.expectedSeconds[so.pass - 1] ?? null;
  const share = shareDone(block, expected);
  const percent =
    share === null
      ? so.lastPercent
      : Math.max(so.lastPercent ?? 0, percentOf(so.pass - 1 + share, passes));
  return {
    percent,
    fps: block.fps,
    speed: block.speed,
    outSeconds: block.outSeconds,
    etaSeconds: share === null ? null : secondsLeft(share, block, so),
    pass: so.pass,
    passes,
    bytes: null,
    totalBytes: null,
  };
}

function shareDone(block: ProgressBlock, expected: number | null): number | null {
  if (expected === null || expected <= 0) return null;
  if (block.ended) return 1;
  return Math.min(1, (block.outSeconds ?? 0) / expected);
}

function percentOf(done: number, passes: number): number {
  return Math.min(99.9, Math.round((done / passes) * 1000) / 10);
}

/** At the speed of the current pass, over those still to come too. */
function secondsLeft(share: number, { speed }: ProgressBlock, so: PassesSoFar): number | null {
  const [current = null, ...later] = so.expectedSeconds.slice(so.pass - 1);
  if (speed === null || current === null || later.includes(null)) return null;
  const left = later.reduce<number>((sum, seconds) => sum + (seconds ?? 0), current * (1 - share));
  return Math.round((left / speed) * 10) / 10;
}
