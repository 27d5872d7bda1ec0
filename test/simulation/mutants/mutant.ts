import type { Clock } from '../../../src/core/clock.ts';
import type { JobRule } from '../../../src/core/job-rules/ruling.ts';
import type { JobStateBackend } from '../../../src/core/job-state-backend.ts';
import type { StorageBackend } from '../../../src/core/storage-backend.ts';
import type { JobCache } from '../../../src/feederd/job-cache.ts';
import type { JobDesk } from '../../../src/feederd/job-desk.ts';
import type { WorkerNodeParts } from '../../../src/nommerd/worker-node.ts';
import type { Scenario } from '../scenario.ts';
import type { Installation, SimSettings } from '../installation.ts';
import type { Ports } from '../ports.ts';
import type { SimProcess } from '../world/sim-process.ts';

/** Where something is planted. */
export interface Soil {
  readonly daemon: 'feederd' | 'nommerd';
  readonly process: SimProcess;
  readonly installation: Installation;
}

type WorkSpacePart = WorkerNodeParts['workSpace'];

/** A bug of the protocol, planted where the daemons are composed. */
export interface Mutant {
  readonly name: string;
  /** The invariant that has to find it: a run that ends for any other reason has not. */
  readonly expects: string;
  /** The run that it is planted into. Default: those of the seeds. */
  readonly scenario?: () => Scenario;
  /** Whether the system of 2012 was like that. */
  readonly of2012?: boolean;
  readonly settings?: Partial<SimSettings>;
  readonly ports?: (ports: Ports, soil: Soil) => Ports;
  readonly rule?: (rule: JobRule, soil: Soil) => JobRule;
  readonly storage?: (storage: StorageBackend, soil: Soil) => StorageBackend;
  /** The clock that leases and attempts go by. */
  readonly leaseClock?: (clock: Clock) => Clock;
  readonly workSpace?: (own: WorkSpacePart) => WorkSpacePart;
  /** Whether it removes nothing that its predecessors left on its disk. */
  readonly keepsDeadFolders?: true;
  /** Whether it goes on with its work when it is told to end. */
  readonly ignoresAbort?: true;
  readonly ignoresNotices?: true;
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
