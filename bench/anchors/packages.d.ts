// The little that the anchors use of packages that only bench/package.json names, so that types can be
// checked without them.

declare module 'bullmq' {
  interface Connection {
    readonly connection: {
      readonly host: string;
      readonly port: number;
      readonly maxRetriesPerRequest?: null;
    };
  }
  export interface Job<Data> {
    readonly id?: string;
    readonly data: Data;
    waitUntilFinished(events: QueueEvents): Promise<unknown>;
  }
  export class Queue<Data> {
    constructor(name: string, options: Connection);
    add(name: string, data: Data): Promise<Job<Data>>;
    addBulk(jobs: readonly { readonly name: string; readonly data: Data }[]): Promise<unknown>;
    close(): Promise<void>;
  }
  export class QueueEvents {
    constructor(name: string, options: Connection);
    waitUntilReady(): Promise<unknown>;
  }
  export class Worker<Data> {
    constructor(
      name: string,
      work: (job: Job<Data>) => Promise<unknown>,
      options: Connection & { readonly concurrency: number; readonly maxStalledCount: number },
    );
    waitUntilReady(): Promise<unknown>;
    on(event: 'completed', listener: () => void): this;
  }
}

declare module 'graphile-worker' {
  import type { Pool } from 'pg';
  interface Options {
    readonly pgPool: Pool;
    readonly logger?: Logger;
  }
  export interface Logger {
    error(message: string): void;
  }
  export const Logger: new (factory: () => () => void) => Logger;
  export interface WorkerUtils {
    addJob(task: string, payload: unknown): Promise<unknown>;
    addJobs(jobs: readonly { identifier: string; payload: unknown }[]): Promise<unknown>;
    migrate(): Promise<void>;
  }
  export function makeWorkerUtils(options: Options): Promise<WorkerUtils>;
  export function run(
    options: Options & {
      readonly concurrency: number;
      readonly noHandleSignals: boolean;
      readonly taskList: Readonly<Record<string, (payload: unknown) => Promise<void>>>;
    },
  ): Promise<{ readonly events: { on(event: 'job:complete', listener: () => void): void } }>;
}

declare module 'pg' {
  interface Client {
    on(event: 'error', listener: () => void): this;
  }
  export class Pool {
    constructor(options: {
      readonly host: string;
      readonly user: string;
      readonly database: string;
      readonly max: number;
    });
    on(event: 'error', listener: () => void): this;
    on(event: 'connect', listener: (client: Client) => void): this;
  }
}
