import type { Fleet, FleetNode, Leadership, Place } from '../core/ports.ts';
import { sealedBy } from '../core/sealing-job-store.ts';
import { prepareDataDir } from './data-dir.ts';
import { FileBell } from './file-bell.ts';
import { openDatabase } from './open-database.ts';
import { livingNodes, ProcessFleet } from './process-fleet.ts';
import { rememberFile } from './remember-file.ts';
import { SqliteJobQueue } from './sqlite-job-queue.ts';
import { SqliteJobStore } from './sqlite-job-store.ts';
import { SqliteLeadership } from './sqlite-leadership.ts';
import { SqliteNodeStates } from './sqlite-node-states.ts';
import type { NodeCommand } from './start-node.ts';

export interface LocalPlaceOptions {
  /** Made when it is missing. What it holds is one installation. */
  readonly dataDir: string;
  /** Default 100. A message received so often and not removed becomes a dead letter. */
  readonly maxReceives?: number;
  /** What the credentials of jobs are kept sealed with; default: nothing. */
  readonly secretsKeys?: readonly string[];
}

/** The ports on one machine, for any number of processes at once. */
export interface LocalPlace extends Place {
  /** The nodes of this installation; new ones are started by `command`. */
  fleet(command: NodeCommand): Fleet;
  /** Those that run now, for whoever only looks. */
  livingNodes(): Promise<readonly FleetNode[]>;
  readonly leadership: Leadership;
  /** Ends long polls and commits what was begun; every call afterwards rejects with UNAVAILABLE. */
  close(): Promise<void>;
}

/** @throws NommerError UNAVAILABLE, DISK_FULL */
export async function openLocalPlace(options: LocalPlaceOptions): Promise<LocalPlace> {
  const { dataDir, maxReceives = 100, secretsKeys = [] } = options;
  const { databaseFile, logDir, bellFile } = prepareDataDir(dataDir);
  const database = await openDatabase(databaseFile);
  const isThere = await rememberFile(databaseFile);
  const bells: FileBell[] = [];
  const queue = (name: string) => {
    const bell = new FileBell(bellFile(name));
    bells.push(bell);
    return new SqliteJobQueue({ database, name, bell, maxReceives });
  };
  return {
    store: sealedBy(secretsKeys, new SqliteJobStore({ database, isThere })),
    newJobs: queue('new-jobs'),
    stateChanges: queue('state-changes'),
    nodeStates: new SqliteNodeStates(database),
    leadership: new SqliteLeadership(database),
    fleet: (command) => new ProcessFleet({ ...command, database, logDir }),
    livingNodes: () => livingNodes(database),
    async close() {
      for (const bell of bells) bell.close();
      await database.close();
    },
  };
}
