import type { ActiveJob } from '../../../src/core/node-state.ts';
import type { InterruptionOutlook } from '../../../src/nommerd/interruption-watch.ts';
import { NodeReporter } from '../../../src/nommerd/node-reporter.ts';
import { WorkerNode } from '../../../src/nommerd/worker-node.ts';
import type { Installation } from '../installation.ts';
import type { Machine } from '../twins/fleet-twin.ts';
import { SimProcess } from '../world/sim-process.ts';
import { composeParts } from './compose.ts';
import { nommerFor, NOMMER } from './nommer.ts';
import { storageFor } from './storage.ts';
import { SimWorkSpace } from './work-space.ts';

/** As long as a machine takes to power off. */
const POWER_OFF_MS = 3000;
const RESTART_MS = 5000;

/** A machine of the fleet with a nommerd, from its boot to its end. */
export class NodeHost {
  readonly machine: Machine;
  readonly #installation: Installation;
  readonly #skewMs: number;
  #incarnations = 0;
  #stop = new AbortController();
  #abort = new AbortController();
  process: SimProcess | undefined;
  outlook: InterruptionOutlook = 'none';
  workSpace: SimWorkSpace | undefined;
  startedAt = 0;
  /** What it works on, as `job attempt`. */
  readonly attempts = new Set<string>();
  /** When it last ended work, in true time. */
  idleSince = 0;
  isLeaving = false;

  constructor(machine: Machine, installation: Installation) {
    this.machine = machine;
    this.#installation = installation;
    this.#skewMs = installation.drawSkewMs();
  }

  get nodeId(): string {
    return this.machine.nodeId;
  }

  /** Whether it could take a job: up, and neither stopped nor about to leave. */
  get takesJobs(): boolean {
    return this.process?.isAlive === true && !this.process.isPaused && !this.isLeaving;
  }

  get hasFreeSlot(): boolean {
    return this.takesJobs && this.attempts.size < this.#installation.settings.slotsPerNode;
  }

  /** Whether its nommerd died on a machine that is still there. */
  get hasCrashed(): boolean {
    return this.process?.wasKilled === true;
  }

  start(): void {
    const installation = this.#installation;
    const { world } = installation;
    if (this.machine.isGone || this.process?.isAlive === true) return;
    this.#incarnations += 1;
    const process = new SimProcess(world, this.nodeId, {
      incarnation: this.#incarnations,
      skewMs: this.#skewMs,
    });
    this.process = process;
    this.startedAt = world.now;
    this.idleSince = world.now;
    this.attempts.clear();
    this.isLeaving = false;
    this.#stop = new AbortController();
    this.#abort = new AbortController();
    world.note(process.name, 'starts');
    process.onKilled(() => {
      // As systemd does, where it can.
      if (!world.random.chance(installation.troubles.staysDead)) {
        world.after(RESTART_MS, () => this.start());
      }
    });
    this.#run(process).then(
      () => this.#ended(process),
      (thrown: unknown) => world.violate('ends', `${process.name} ended: ${String(thrown)}`),
    );
  }

  /** Told to end by its machine: hands back what it has. */
  sigterm(): void {
    this.isLeaving = true;
    const { world } = this.#installation;
    world.note(this.process?.name ?? this.nodeId, 'is told to end');
    world.after(0, () => (this.#stop.abort(), this.#abort.abort()), this.process);
  }

  /** The machine is taken away, with all that runs on it. */
  takeAway(): void {
    this.process?.kill('its machine is gone');
    this.#installation.fleet.gone(this.nodeId);
  }

  #ended(process: SimProcess): void {
    const { world, fleet, troubles } = this.#installation;
    world.note(process.name, 'has ended');
    process.exit();
    if (world.random.chance(troubles.powerOffFails)) return;
    world.after(POWER_OFF_MS, () => fleet.gone(this.nodeId));
  }

  /** As runNommerd composes it. */
  async #run(process: SimProcess): Promise<void> {
    const installation = this.#installation;
    const { daemonSettings: settings, mutant } = installation;
    const { clock } = process;
    const soil = { daemon: 'nommerd', process, installation } as const;
    const { ports, backend, logger } = composeParts(soil);
    const storage = storageFor(process, installation);
    const planted = mutant?.storage?.(storage, soil) ?? storage;
    const workSpace = new SimWorkSpace(installation);
    this.workSpace = workSpace;
    const reporter = new SimReporter({
      nodeId: this.nodeId,
      slots: settings.slotsPerNode,
      fromFleet: true,
      versions: {},
      nodeStates: ports.nodeStates,
      clock,
    });
    reporter.onStarted = (attempt) => this.attempts.add(attempt);
    reporter.onEnded = (attempt) => {
      this.attempts.delete(attempt);
      this.idleSince = installation.world.now;
    };
    const node = new WorkerNode(
      {
        nodeId: this.nodeId,
        newJobs: ports.newJobs,
        backend,
        reporter,
        workSpace,
        clock: mutant?.leaseClock?.(clock) ?? clock,
        logger,
        settings,
        nommers: new Map([[NOMMER, nommerFor(process, installation)]]),
        backendFor: () => planted,
        interruptions: { poll: async () => this.outlook },
      },
      { stop: this.#stop.signal, abort: this.#abort.signal },
    );
    node.stop.addEventListener('abort', () => (this.isLeaving = true));
    await node.run();
    await reporter.sayGoodbye().catch(() => undefined);
  }
}

/** The production one, which tells what it is told. */
class SimReporter extends NodeReporter {
  onStarted: (attempt: string) => void = () => undefined;
  onEnded: (attempt: string) => void = () => undefined;

  override started(job: ActiveJob): void {
    super.started(job);
    this.onStarted(`${job.uniqueId} ${job.attempt}`);
  }

  override ended(job: ActiveJob): void {
    super.ended(job);
    this.onEnded(`${job.uniqueId} ${job.attempt}`);
  }
}
