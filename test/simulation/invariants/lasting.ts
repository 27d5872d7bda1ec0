import type { Installation } from '../installation.ts';

type Since = Map<string, number>;

/** What has been so, by each thing that it is so of, since when. Kept for one run. */
const sinceOf = new WeakMap<Installation, Map<string, Since>>();

function since(installation: Installation, what: string): Since {
  const all = sinceOf.get(installation) ?? new Map<string, Since>();
  sinceOf.set(installation, all);
  const found = all.get(what) ?? new Map<string, number>();
  all.set(what, found);
  return found;
}

/**
 * Says what has been so for longer than `limitMs`, while nothing went wrong.
 * @param settleMs so long after things went wrong is not counted yet
 */
export function lasting(
  installation: Installation,
  what: string,
  { ids, limitMs, settleMs = 0 }: { ids: readonly string[]; limitMs: number; settleMs?: number },
): { id: string; seconds: number } | undefined {
  const { world } = installation;
  const times = since(installation, what);
  if (!installation.isCalm(settleMs)) {
    times.clear();
    return undefined;
  }
  for (const id of times.keys()) if (!ids.includes(id)) times.delete(id);
  for (const id of ids) {
    const at = times.get(id);
    if (at === undefined) times.set(id, world.now);
    else if (world.now - at > limitMs) return { id, seconds: Math.round((world.now - at) / 1000) };
  }
  return undefined;
}
