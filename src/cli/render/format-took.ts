import { formatElapsed } from '../../core/format-figures.ts';

/** How long work took, and what that means: `4.2 s, 2.4× faster than it plays`. @param duration seconds */
export function formatTook(milliseconds: number, duration: number | null | undefined): string {
  const took = formatElapsed(milliseconds);
  if (duration === null || duration === undefined || duration <= 0 || milliseconds <= 0)
    return took;
  const factor = (duration * 1000) / milliseconds;
  return factor >= 1 ? `${took}, ${factor.toFixed(1)}× faster than it plays` : took;
}
