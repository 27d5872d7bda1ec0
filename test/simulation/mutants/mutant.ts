import type { Clock } from '../../../src/core/clock.ts';
import type { JobRule } from '../../../src/core/job-rules/ruling.ts';
import type { JobStateBackend } from '../../../src/core/job-state-backend.ts';
import type { StorageBackend } from '../../../src/core/storage-backend.ts';
import type { JobCache } from '../../../src/feederd/job-cache.ts';
import type { JobDesk } from '../../../src/feederd/job-desk.ts';
import type { Installation, SimSettings } from '../installation.ts';
import type { Ports } from '../ports.ts';
import type { SimProcess } from '../world/sim-process.ts';

/** Where something is planted. */
export interface Soil {
  readonly daemon: 'feederd' | 'nommerd';
  readonly process: SimProcess;
  readonly installation: Installation;
}

/** A bug of the protocol, planted where the daemons are composed. */
export interface Mutant {
  readonly name: string;
  /** Whether the system of 2012 was like that. */
  readonly of2012?: boolean;
  readonly settings?: Partial<SimSettings>;
  readonly ports?: (ports: Ports, soil: Soil) => Ports;
  readonly rule?: (rule: JobRule, soil: Soil) => JobRule;
  readonly storage?: (storage: StorageBackend, soil: Soil) => StorageBackend;
  /** The clock that leases and attempts go by. */
  readonly leaseClock?: (clock: Clock) => Clock;
  readonly desk?: (desk: Pick<JobDesk, 'submit'>, soil: Soil) => Pick<JobDesk, 'submit'>;
  /** Something that a feederd which leads does besides. */
  readonly chore?: (parts: FeederdSoil) => Promise<void>;
}

export interface FeederdSoil extends Soil {
  readonly backend: JobStateBackend;
  readonly cache: JobCache;
  readonly ports: Ports;
  readonly stop: AbortSignal;
}
