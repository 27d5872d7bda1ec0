/** What a run has to have been through to prove anything: each is counted when it truly happens. */
export const DANGERS = [
  'a run in which nothing goes wrong but one thing',
  'a process dies right before a call',
  'a process dies right after a call',
  'an answer gets lost',
  'a node is lost at work',
  'the holder of a job is struck',
  'the leader is struck',
  'a job kills its node',
  'a node fences itself off',
  'the end of an attempt comes too late',
  'an output is published by an outdated attempt',
  'an output is adopted',
  'an output replaces that of another job',
  'a job is handed over',
  'a node is told to end at work',
  'a spot notice at work',
  'a rebalance recommendation',
  'a node by hand',
  'a node hangs and is ended',
  'a node leaves idle while no feederd lives',
  'a feederd stops gracefully',
  'a message gets lost',
  'a message comes twice',
  'a node receives the message of a job that it works on',
  'a message that came often is sent anew',
  'a dead letter',
  'a job is buried',
  'a receiver is gone',
  'a receiver asks for time',
  'a notification is asked for again',
  'another request under the same key is refused',
  'a cancel reaches a job at work',
  'a retry is accepted',
  'a job is abandoned',
] as const;

export type Danger = (typeof DANGERS)[number];

export type Dangers = { readonly [Each in Danger]?: number };

export function addDangers(some: Dangers, others: Dangers): Dangers {
  return Object.fromEntries(
    DANGERS.map((danger) => [danger, (some[danger] ?? 0) + (others[danger] ?? 0)]),
  );
}
