import { randomBytes } from 'node:crypto';
import { isErrnoException, NommerError, toNommerError } from '../core/errors.ts';
import type { Fleet, FleetNode, LaunchRequest } from '../core/ports.ts';
import { FleetRecords, type NodeProcess, type NodeRecord } from './fleet-records.ts';
import { findProcess, processStart } from '../daemon/process-start.ts';
import { pruneLogs } from './prune-logs.ts';
import type { SharedDatabase } from './shared-database.ts';
import { startNode, type NodeCommand } from './start-node.ts';

export interface ProcessFleetOptions extends NodeCommand {
  readonly database: SharedDatabase;
  readonly logDir: string;
}

/** From a node's record to its process it takes milliseconds; after so long nobody is at it any more. */
const STARTING_MS = 5000;
const LOGS_KEPT = 20;

/** The same as a fleet's `nodes()`, and changes nothing. */
export async function livingNodes(database: SharedDatabase): Promise<readonly FleetNode[]> {
  const now = Date.now();
  return (await new FleetRecords(database).list())
    .filter(({ terminated }) => !terminated)
    .filter(({ process: node, launchedAt }) =>
      node === null ? now - launchedAt < STARTING_MS : isAlive(node),
    )
    .map(toFleetNode);
}

/**
 * Nodes as processes of this machine. They outlive the process that launched them; every fleet with the
 * same data file knows them.
 */
export class ProcessFleet implements Fleet {
  readonly #records: FleetRecords;
  readonly #command: NodeCommand;
  readonly #logDir: string;

  constructor({ database, logDir, ...command }: ProcessFleetOptions) {
    this.#records = new FleetRecords(database);
    this.#command = command;
    this.#logDir = logDir;
  }

  async nodes(): Promise<readonly FleetNode[]> {
    return (await this.#living()).filter(({ terminated }) => !terminated).map(toFleetNode);
  }

  /** @throws NommerError UNAVAILABLE, DISK_FULL when not all could be started; the others run */
  async launch({ count, token, maximum }: LaunchRequest): Promise<readonly FleetNode[]> {
    const launchedAt = Date.now();
    // What has ended must not count.
    await this.#living();
    const wanted = Array.from({ length: count }, () => `local-${randomBytes(6).toString('hex')}`);
    const nodeIds = await this.#records.launch(token, wanted, { maximum, now: launchedAt });
    if (nodeIds === undefined) {
      return (await this.#living())
        .filter((node) => node.token === token && !node.terminated)
        .map(toFleetNode);
    }
    await this.#pruneLogs();
    const started: FleetNode[] = [];
    const failures: unknown[] = [];
    for (const nodeId of nodeIds) {
      try {
        if (await this.#start(nodeId)) started.push({ nodeId, launchedAt });
      } catch (thrown) {
        failures.push(thrown);
        await this.#records.forget(nodeId);
      }
    }
    const [failure] = failures;
    if (failure === undefined) return started;
    if (started.length === 0) await this.#records.forgetLaunch(token);
    const { code, message } = toNommerError(failure);
    throw new NommerError(
      code,
      `${failures.length} of ${nodeIds.length} nodes could not be started: ${message}`,
      { cause: failure },
    );
  }

  /** Asks them to end, by SIGTERM: they finish or hand over what they have. */
  async terminate(nodeIds: readonly string[]): Promise<void> {
    for (const record of await this.#living()) {
      // Asking twice would not be the same: a daemon drops its work on a second SIGTERM.
      if (record.terminated || !nodeIds.includes(record.nodeId)) continue;
      if (record.process !== null) sendTerm(record.process);
      await this.#records.terminated(record.nodeId);
    }
  }

  /** @returns whether the node runs; not if somebody terminated it before it was there */
  async #start(nodeId: string): Promise<boolean> {
    const node = await startNode(nodeId, this.#command, this.#logDir);
    if (await this.#records.started(nodeId, node)) return true;
    sendTerm(node);
    return false;
  }

  /** The nodes that run or are coming up, terminated ones that still run too; forgets all others. */
  async #living(): Promise<readonly NodeRecord[]> {
    const living: NodeRecord[] = [];
    for (const record of await this.#records.list()) {
      const found = record.process === null ? await this.#adopt(record) : record;
      if (found !== undefined && (found.process === null || isAlive(found.process))) {
        living.push(found);
      } else {
        await this.#records.forget(record.nodeId);
      }
    }
    return living;
  }

  /** A node whose launcher may have died between starting it and noting that, or before starting it. */
  async #adopt(record: NodeRecord): Promise<NodeRecord | undefined> {
    if (Date.now() - record.launchedAt < STARTING_MS) return record;
    const pid = findProcess('--node-id', record.nodeId);
    const start = pid === undefined ? undefined : processStart(pid);
    if (pid === undefined || start === undefined) return undefined;
    const node = { pid, start };
    if (await this.#records.started(record.nodeId, node)) return { ...record, process: node };
    // Terminated before anybody knew which process it is.
    sendTerm(node);
    return undefined;
  }

  async #pruneLogs(): Promise<void> {
    const alive = new Set((await this.#living()).map(({ nodeId }) => nodeId));
    await pruneLogs(this.#logDir, { keep: LOGS_KEPT, alive });
  }
}

function isAlive({ pid, start }: NodeProcess): boolean {
  return processStart(pid) === start;
}

function sendTerm(node: NodeProcess): void {
  if (!isAlive(node)) return;
  try {
    process.kill(node.pid, 'SIGTERM');
  } catch (thrown) {
    const hasEnded = isErrnoException(thrown) && thrown.code === 'ESRCH';
    if (!hasEnded) throw thrown;
  }
}

function toFleetNode({ nodeId, launchedAt }: NodeRecord): FleetNode {
  return { nodeId, launchedAt };
}
