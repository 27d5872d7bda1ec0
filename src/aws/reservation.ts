import type { LaunchCandidate } from './launch-candidates.ts';
import type { DescribedNode } from './describe-nodes.ts';

/** One launch: what was granted to a token, and what came of it. */
export interface Reservation {
  readonly token: string;
  /** How many instances it may still get, or may have got without anybody having seen them. */
  readonly pending: number;
  /** When it last went on, ms since the epoch. */
  readonly at: number;
  /** Those known to have been started. */
  readonly instanceIds: readonly string[];
  /** Those of them that were ended by order. */
  readonly endedIds: readonly string[];
  /** The call of RunInstances that is under way, or whose outcome nobody knows; it asks for all `pending`. */
  readonly attempt: LaunchAttempt | null;
  /** `open` while calls may be made for it. */
  readonly state: 'open' | 'done';
}

export interface LaunchAttempt {
  readonly candidate: LaunchCandidate;
  /** By which EC2 knows the same call again. EC2 remembers refused calls too: a new one for each attempt. */
  readonly clientToken: string;
  /** How many times the call was made, or was about to be. */
  readonly tries: number;
}

/** So long after a launch DescribeInstances is not yet believed when it does not show an instance. */
export const YOUNG_MS = 600_000;
/** So long after it was made, a call whose outcome nobody knows may start instances. */
const OPEN_CALL_MS = 3_600_000;
/** After so long, others may repeat a call: at worst they hear the same as whoever made it. */
const ABANDONED_MS = 60_000;

/** A launch of which no call has been made. */
export function newReservation(token: string, pending: number, at: number): Reservation {
  return { token, pending, at, instanceIds: [], endedIds: [], attempt: null, state: 'open' };
}

/** Whether there may be instances of it that DescribeInstances does not show. */
export function matters({ at, attempt }: Reservation, now: number): boolean {
  return now - at < (attempt === null ? YOUNG_MS : OPEN_CALL_MS);
}

/** Whether a call is open and nobody waits for its answer any more. */
export function isAbandoned({ at, attempt }: Reservation, now: number): boolean {
  return attempt !== null && now - at >= ABANDONED_MS;
}

/** The same with a call that starts what is pending: the one that is open, or one of `candidate`. */
export function attempted(
  entry: Reservation,
  fresh: Omit<LaunchAttempt, 'tries'> | undefined,
  now: number,
): Reservation {
  const { attempt } = entry;
  if (attempt === null && fresh === undefined) return entry;
  const call = attempt ?? { ...(fresh as LaunchAttempt), tries: 0 };
  return { ...entry, attempt: { ...call, tries: call.tries + 1 }, at: now };
}

/** The same once its open call is known to have started these. */
export function started(
  entry: Reservation,
  instanceIds: readonly string[],
  now: number,
): Reservation {
  const fresh = instanceIds.filter((id) => !entry.instanceIds.includes(id));
  return {
    ...entry,
    pending: Math.max(0, entry.pending - fresh.length),
    instanceIds: [...entry.instanceIds, ...fresh],
    attempt: null,
    at: now,
  };
}

/**
 * The same with what DescribeInstances shows of it, and no further calls. What it does not show yet stays
 * pending while the reservation is young.
 */
export function settled(entry: Reservation, described: readonly DescribedNode[]): Reservation {
  const seen = described.filter(({ token }) => token === entry.token).map(({ nodeId }) => nodeId);
  return { ...started(entry, seen, entry.at), state: 'done' };
}

/** The same with nothing more to come. */
export function completed(entry: Reservation): Reservation {
  return { ...entry, pending: 0, attempt: null, state: 'done' };
}

/** The same after these instances were ended. */
export function withEnded(entry: Reservation, nodeIds: readonly string[]): Reservation {
  const own = nodeIds.filter(
    (id) => entry.instanceIds.includes(id) && !entry.endedIds.includes(id),
  );
  return own.length === 0 ? entry : { ...entry, endedIds: [...entry.endedIds, ...own] };
}

/** Its instances that were not ended by order; those that ended by themselves are among them. */
export function livingIds({ instanceIds, endedIds }: Reservation): readonly string[] {
  return instanceIds.filter((id) => !endedIds.includes(id));
}

/** How many of the pending ones DescribeInstances does not show, be it as ended. */
export function unseen(entry: Reservation, described: readonly DescribedNode[]): number {
  const { token, instanceIds, pending } = entry;
  const seen = described.filter(
    (node) => node.token === token && !instanceIds.includes(node.nodeId),
  );
  return Math.max(0, pending - seen.length);
}

/** All nodes that there may be: those described, those launched just now, those that may yet come. */
export function countNodes(
  entries: readonly Reservation[],
  described: readonly DescribedNode[],
): number {
  const nodes = new Set(described.flatMap(({ nodeId, isAlive }) => (isAlive ? nodeId : [])));
  const ended = new Set(described.flatMap(({ nodeId, isAlive }) => (isAlive ? [] : nodeId)));
  let yet = 0;
  for (const entry of entries) {
    for (const id of livingIds(entry)) if (!ended.has(id)) nodes.add(id);
    yet += unseen(entry, described);
  }
  return nodes.size + yet;
}
