import type { EncodingJob } from './job.ts';
import type { JobState } from './job-states.ts';
import type { NodeState } from './node-state.ts';
import type { UnreadableJob } from './unreadable-job.ts';

/**
 * The ports both places (local, aws) implement. None of them knows a rule of the job protocol. Every
 * method may reject with NommerError UNAVAILABLE when the service behind it cannot be reached.
 */

/** Everything both daemons need of the place they run in. */
export interface Place {
  readonly store: JobStore;
  readonly newJobs: JobQueue;
  readonly stateChanges: JobQueue;
  readonly nodeStates: NodeStates;
  close(): Promise<void>;
}

/** Keeps jobs. Strongly consistent for one job; lists may lag. */
export interface JobStore {
  /** Stores a new job, or tells which one has its id already. */
  create(job: EncodingJob): Promise<{ created: true } | { created: false; existing: EncodingJob }>;
  /** Rejects with JobUnreadable where the stored job is damaged. */
  get(uniqueId: string): Promise<EncodingJob | undefined>;
  /**
   * The only way to change a job: stores it if the stored one still has `expectedVersion`.
   * @returns whether it was stored
   */
  replace(job: EncodingJob, expectedVersion: number): Promise<boolean>;
  /** Jobs for which `isOpen` holds, at a cost that does not grow with jobs ended long ago. */
  open(cursor?: string): Promise<JobPage>;
  /** All jobs, newest first. */
  recent(query: { state?: JobState; cursor?: string; limit: number }): Promise<JobPage>;
  /** Deletes every job. @returns how many there were */
  wipe(): Promise<number>;
  /** Rejects when the store cannot be reached. */
  ping(): Promise<void>;
}

export interface JobPage {
  readonly jobs: readonly EncodingJob[];
  /** Damaged jobs, which are in none of `jobs`. */
  readonly unreadable: readonly UnreadableJob[];
  /** Given when there may be more: pass it to get the next page. */
  readonly cursor?: string;
}

/** At-least-once delivery; order is not promised. */
export interface JobQueue {
  /** @param delaySeconds at most 900, as SQS has it */
  send(body: string, delaySeconds?: number): Promise<void>;
  /**
   * Waits up to `waitSeconds` for messages and hides what it returns from others for
   * `visibilitySeconds`. Returns as soon as there is one message; a message sent while somebody waits
   * arrives at once. An abort of `signal` ends the wait with an empty answer.
   */
  receive(request: ReceiveRequest): Promise<readonly QueueMessage[]>;
  /**
   * Hides a received message for `seconds` from now on. No-op when the receipt is outdated, or hides the
   * message no more.
   */
  extend(receipt: string, seconds: number): Promise<void>;
  /** Makes a received message visible again at once. No-op when the receipt is outdated. */
  release(receipt: string): Promise<void>;
  /** Deletes a received message. No-op when the receipt is outdated. */
  remove(receipt: string): Promise<void>;
  /** Approximate. */
  depth(): Promise<QueueDepth>;
  /** Takes messages that were received too often; they are gone once `remove`d here. */
  deadLetters(): Promise<readonly QueueMessage[]>;
  removeDeadLetter(receipt: string): Promise<void>;
  /** Deletes every message. */
  wipe(): Promise<void>;
}

export interface ReceiveRequest {
  /** 1–10. */
  readonly max: number;
  /** 0–20. */
  readonly waitSeconds: number;
  readonly visibilitySeconds: number;
  readonly signal?: AbortSignal;
}

export interface QueueMessage {
  readonly body: string;
  readonly receipt: string;
  /** 1 for a message never received before. */
  readonly receiveCount: number;
}

export interface QueueDepth {
  readonly waiting: number;
  readonly delayed: number;
  readonly inFlight: number;
}

/** Heartbeat records, one per node. */
export interface NodeStates {
  report(state: NodeState): Promise<void>;
  list(): Promise<readonly NodeState[]>;
  remove(nodeId: string): Promise<void>;
}

/** Who leads the installation: one record for all its feederds. */
export interface Leadership {
  read(): Promise<LeaderRecord | undefined>;
  /**
   * The only way to change it: stores the record if the stored one is still of the term before.
   * @returns whether it was stored
   */
  replace(record: LeaderRecord): Promise<boolean>;
}

export interface LeaderRecord {
  /** Null: who led has stepped down. */
  readonly holder: string | null;
  /** From 1; raised by every change, so that whoever leads shows by it that it lives. */
  readonly term: number;
}

/** Where nodes come from. */
export interface Fleet {
  /** Nodes that run or are coming up; a terminated one is not listed. */
  nodes(): Promise<readonly FleetNode[]>;
  /**
   * Starts up to `count` nodes, and fewer where they would be more than `maximum`; may start fewer for
   * other reasons. Also with several callers at once, after lost answers and while `nodes()` lags, there
   * are never more than `maximum`. The same `token` never starts more than one batch: a repeated call
   * returns the nodes of the first. Rejects when a node could not be started; those that could are among
   * the `nodes`.
   */
  launch(request: LaunchRequest): Promise<readonly FleetNode[]>;
  /** Ends nodes of this fleet, and no others; unknown ids are ignored. */
  terminate(nodeIds: readonly string[]): Promise<void>;
}

export interface LaunchRequest {
  readonly count: number;
  readonly token: string;
  /** Of all nodes of this fleet, those that are there already included. */
  readonly maximum: number;
}

export interface FleetNode {
  readonly nodeId: string;
  readonly launchedAt: number;
}
