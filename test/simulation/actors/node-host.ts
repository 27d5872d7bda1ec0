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
import { SimWorkSpace, type Disk } from './work-space.ts';

/** As long as a machine takes to power off. */
const POWER_OFF_MS = 3000;
const RESTART_MS = 5000;
const FOR_EVER_MS = 1e9;

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
  startedAt = 0;
  /** What it works on, as `job attempt`. */
  readonly attempts = new Set<string>();
  /** When it last ended work, in true time. */
  idleSince = 0;
  isLeaving = false;
  /** Whether it hangs for ever. */
  isFrozen = false;
  /** When it was told to end. */
  toldAt: number | undefined;
  /** What processes of this machine have left on its disk, by process. */
  readonly #disk: Disk = new Map();

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

  /** Whether it waits for a message, so that it must get one. */
  get hasFreeSlot(): boolean {
    return this.takesJobs && this.#installation.newJobs.isListening(this.process);
  }

  /** Directories that nobody needs any more, or that its process has, if that has ended. */
  get leftOnDisk(): readonly string[] {
    const isNeeded = (name: string) => name === this.process?.name && this.process.isAlive;
    return [...this.#disk].flatMap(([name, directories]) =>
      isNeeded(name) ? [] : [...directories].map((each) => `${name}/${each}`),
    );
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
    this.isFrozen = false;
    this.toldAt = undefined;
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
    const { world, facts } = this.#installation;
    if (this.attempts.size > 0) facts.count('a node is told to end at work');
    this.toldAt ??= world.now;
    world.note(this.process?.name ?? this.nodeId, 'is told to end');
    world.after(0, () => (this.#stop.abort(), this.#abort.abort()), this.process);
  }

  /** The machine is taken away, with all that runs on it. */
  takeAway(): void {
    if (this.isFrozen && !this.machine.isGone) {
      this.#installation.facts.count('a node hangs and is ended');
    }
    this.process?.kill('its machine is gone');
    this.#gone();
  }

  /** Its provider thinks that it may be taken back. */
  advise(): void {
    const { world, facts } = this.#installation;
    facts.count('a rebalance recommendation');
    world.note(this.nodeId, 'is likely to be taken back');
    this.outlook = 'rebalance';
  }

  freeze(): void {
    // One that stands still already goes on when its time has come.
    if (this.process?.isAlive !== true || this.process.isPaused) return;
    this.isFrozen = true;
    this.process.pause(FOR_EVER_MS, 'run on');
  }

  #gone(): void {
    const { fleet, world } = this.#installation;
    if (this.machine.isByHand !== true) return fleet.gone(this.nodeId);
    this.machine.isGone = true;
    world.note(this.nodeId, 'is gone');
  }

  #ended(process: SimProcess): void {
    const { world, troubles, feederds, facts } = this.#installation;
    world.note(process.name, 'has ended');
    process.exit();
    const isAlone = feederds.every((feederd) => feederd.process?.isAlive !== true);
    if (isAlone) facts.count('a node leaves idle while no feederd lives');
    if (this.machine.isByHand !== true && world.random.chance(troubles.powerOffFails)) return;
    world.after(POWER_OFF_MS, () => this.#gone());
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
    const disk = this.#disk;
    const workSpace = new SimWorkSpace(disk, process.name, installation);
    if (mutant?.keepsDeadFolders !== true) workSpace.sweep();
    const reporter = new SimReporter({
      nodeId: this.nodeId,
      slots: settings.slotsPerNode,
      fromFleet: this.machine.isByHand !== true,
      versions: {},
      nodeStates: ports.nodeStates,
      clock,
    });
    reporter.onStarted = (attempt) => {
      this.attempts.add(attempt);
      installation.judge.tell('begun', { node: this });
    };
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
        workSpace: mutant?.workSpace?.(workSpace) ?? workSpace,
        clock: mutant?.leaseClock?.(clock) ?? clock,
        logger,
        settings,
        nommers: new Map([[NOMMER, nommerFor(process, installation)]]),
        backendFor: () => planted,
        interruptions: {
          poll: async () => (mutant?.ignoresNotices === true ? 'none' : this.outlook),
        },
      },
      {
        stop: this.#stop.signal,
        abort: mutant?.ignoresAbort === true ? new AbortController().signal : this.#abort.signal,
      },
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
