import type { Arrived } from './counting-proxy.ts';

export type Service = 'DynamoDB' | 'SQS' | 'S3' | 'EC2';
export type Caller = 'feederd' | 'node';

/** Nodes sign with a key of their own, as by their role on AWS: by that they are told from feederd. */
export const NODE_KEY_ID = 'node';

/** DynamoDB's units: what a request costs there. */
export interface Units {
  readonly write: number;
  readonly read: number;
}

/** One operation, as often as one caller asked for it. */
export interface Count extends Units {
  readonly caller: Caller;
  readonly service: Service;
  readonly operation: string;
  readonly requests: number;
}

export interface Observation {
  readonly seconds: number;
  readonly counts: readonly Count[];
}

/** Counts what arrives at the servers. */
export class CallCounter {
  #counts = new Map<string, Count>();
  #since = performance.now();

  /** Forgets what was counted so far. */
  restart(): void {
    this.#counts = new Map();
    this.#since = performance.now();
  }

  /** What has arrived since the last restart. */
  observe(): Observation {
    return {
      seconds: (performance.now() - this.#since) / 1000,
      counts: [...this.#counts.values()],
    };
  }

  arrived(service: Service, request: Arrived): void {
    this.#add(service, request, { requests: 1, write: 0, read: 0 });
  }

  consumed(service: Service, request: Arrived, units: Units): void {
    this.#add(service, request, { requests: 0, ...units });
  }

  #add(service: Service, request: Arrived, added: Pick<Count, 'requests' | keyof Units>): void {
    const caller = callerOf(request);
    const operation = operationOf(service, request);
    const key = [caller, service, operation].join();
    const { requests, write, read } = this.#counts.get(key) ?? { requests: 0, write: 0, read: 0 };
    this.#counts.set(key, {
      caller,
      service,
      operation,
      requests: requests + added.requests,
      write: write + added.write,
      read: read + added.read,
    });
  }
}

/** The operation by the name that AWS gives it; for S3 the method, by which it is paid. */
export function operationOf(service: Service, { method, headers, body }: Arrived): string {
  switch (service) {
    case 'DynamoDB':
    case 'SQS':
      return String(headers['x-amz-target']).split('.', 2)[1] ?? 'unknown';
    case 'EC2':
      return new URLSearchParams(body.toString()).get('Action') ?? 'unknown';
    case 'S3':
      return method;
  }
}

function callerOf({ headers }: Arrived): Caller {
  return headers.authorization?.includes(`Credential=${NODE_KEY_ID}/`) === true
    ? 'node'
    : 'feederd';
}
