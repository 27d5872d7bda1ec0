import type { EncodingJob } from '../../../src/core/job.ts';
import { NommerError, toNommerError } from '../../../src/core/errors.ts';
import { Doorbell } from '../../../src/daemon/doorbell.ts';
import { runEvery } from '../../../src/daemon/run-every.ts';
import { untilReached } from '../../../src/daemon/until-reached.ts';
import { FleetManager } from '../../../src/feederd/fleet-manager.ts';
import { runIntervalTasks } from '../../../src/feederd/interval-tasks.ts';
import { JobCache } from '../../../src/feederd/job-cache.ts';
import { JobDesk } from '../../../src/feederd/job-desk.ts';
import { JobDurations } from '../../../src/feederd/job-durations.ts';
import { JobStateNotifier } from '../../../src/feederd/job-state-notifier.ts';
import { LeaderLease } from '../../../src/feederd/leader-lease.ts';
import type { Installation } from '../installation.ts';
import { SimProcess } from '../world/sim-process.ts';
import { composeParts } from './compose.ts';
import { receiverFor } from './receiver.ts';

type Desk = Pick<JobDesk, 'submit' | 'cancel' | 'retry'>;

const UNREACHABLE = new NommerError('UNAVAILABLE', 'nobody answers');
const CLIENT_TIMEOUT_MS = 30_000;

/** A machine with a feederd, which is started again whenever it dies. */
export class FeederdHost {
  readonly name: string;
  readonly #installation: Installation;
  readonly #skewMs: number;
  #incarnations = 0;
  #desk: Desk | undefined;
  process: SimProcess | undefined;
  isLeading = false;

  constructor(name: string, installation: Installation) {
    this.name = name;
    this.#installation = installation;
    this.#skewMs = installation.drawSkewMs();
    this.start();
  }

  start(): void {
    const { world } = this.#installation;
    if (this.process?.isAlive === true) return;
    this.#incarnations += 1;
    const process = new SimProcess(world, this.name, {
      incarnation: this.#incarnations,
      skewMs: this.#skewMs,
    });
    this.process = process;
    world.note(process.name, 'starts');
    process.onKilled(() => {
      this.#desk = undefined;
      this.isLeading = false;
      world.after(world.random.between(1000, 20_000), () => this.start());
    });
    this.#run(process).catch((thrown: unknown) =>
      world.violate('ends', `feederd ended: ${String(thrown)}`),
    );
  }

  /** What somebody asks of its API. Rejects where the answer gets lost. */
  ask(act: (desk: Desk) => Promise<EncodingJob>): Promise<EncodingJob> {
    const { world } = this.#installation;
    const { process } = this;
    return new Promise((resolve, reject) => {
      world.after(CLIENT_TIMEOUT_MS, () => reject(UNREACHABLE));
      if (process?.isAlive !== true) return void world.after(5, () => reject(UNREACHABLE));
      const onRequest = () => {
        if (this.#desk === undefined) return reject(UNREACHABLE);
        const soon = (settle: () => void) => void world.after(world.random.next() * 20, settle);
        act(this.#desk).then(
          (job) => soon(() => resolve(job)),
          (thrown: unknown) => soon(() => reject(toNommerError(thrown))),
        );
      };
      world.after(world.random.next() * 20, onRequest, process);
    });
  }

  /** As runFeederd composes it, without HTTP. */
  async #run(process: SimProcess): Promise<void> {
    const installation = this.#installation;
    const { daemonSettings: settings, mutant } = installation;
    const { clock } = process;
    const soil = { daemon: 'feederd', process, installation } as const;
    const { ports, backend, logger } = composeParts(soil);
    const doorbells = {
      fleet: new Doorbell(),
      notifications: new Doorbell(),
      reload: new Doorbell(),
    };
    const durations = new JobDurations();
    const cache = new JobCache(ports.store, (job) => {
      durations.observe(job);
      if (job.undelivered.length > 0) doorbells.notifications.ring();
      if (job.jobState === 'PENDING') doorbells.fleet.ring();
    });
    const desk = new JobDesk({
      backend,
      onChanged: (job) => cache.update(job),
      onUnqueued: (uniqueId) => logger.warn({ job: uniqueId }, 'accepted, but not queued yet'),
    });
    const parts = { ...ports, backend, cache, clock, logger, settings };
    const fleetManager = new FleetManager({ ...parts, durations });
    const forever = new AbortController().signal;
    const notifier = new JobStateNotifier({
      ...parts,
      send: receiverFor(process, installation),
      onRoom: () => doorbells.notifications.ring(),
      stop: forever,
    });
    const planted = mutant?.desk?.(desk, soil);
    this.#desk = {
      submit: (request) => (planted ?? desk).submit(request),
      cancel: (uniqueId) => desk.cancel(uniqueId),
      retry: (uniqueId) => desk.retry(uniqueId),
    };
    await untilReached(() => cache.reload(), { clock, onFailure: () => undefined });

    const { leadership } = ports;
    const self = process.name;
    const isGone = () => false;
    const lease = new LeaderLease({ leadership, self, isGone, clock, logger });
    const lead = async (stop: AbortSignal) => {
      this.isLeading = true;
      doorbells.reload.ring();
      await Promise.all([
        runIntervalTasks({ ...parts, fleetManager, notifier, doorbells, stop }),
        mutant?.chore?.({ ...soil, backend, cache, ports, stop }),
      ]);
      this.isLeading = false;
    };
    await Promise.all([
      runEvery('reload', settings.stateChangeCheckSeconds, () => cache.reload(), {
        signal: forever,
        clock,
        logger,
        doorbell: doorbells.reload,
      }),
      lease.run(lead, forever),
    ]);
  }
}
