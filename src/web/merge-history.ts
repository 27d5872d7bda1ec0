import type { WireHistory } from '../core/api-wire.ts';

/** As much as feederd keeps. */
const KEPT = 1440;

type Column = Exclude<keyof WireHistory, 'interval_seconds' | 'at'>;

const COLUMNS: readonly Column[] = [
  'pending',
  'downloading',
  'encoding',
  'uploading',
  'queue',
  'nodes',
  'slots',
  'busy',
  'finished',
  'failed',
];

/** One history and what came after it. */
export function mergeHistory(before: WireHistory, more: WireHistory): WireHistory {
  const merged: WireHistory = { ...more, at: [...before.at, ...more.at].slice(-KEPT) };
  for (const name of COLUMNS) merged[name] = [...before[name], ...more[name]].slice(-KEPT);
  return merged;
}

/** The sum of each figure and of those before it, `length` in all. */
export function movingSum(figures: readonly number[], length: number): number[] {
  let sum = 0;
  return figures.map((figure, index) => {
    sum += figure - (figures[index - length] ?? 0);
    return sum;
  });
}
