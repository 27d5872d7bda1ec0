import type { EncodingJob } from '../../../src/core/job.ts';
import { NommerError, toNommerError } from '../../../src/core/errors.ts';
import { untilReached } from '../../../src/daemon/until-reached.ts';
import { Feeder } from '../../../src/feederd/feeder.ts';
import type { JobDesk } from '../../../src/feederd/job-desk.ts';
import type { Installation } from '../installation.ts';
import { SimProcess } from '../world/sim-process.ts';
import { composeParts } from './compose.ts';
import { receiverFor } from './receiver.ts';

type Desk = Pick<JobDesk, 'submit' | 'cancel' | 'retry' | 'redeliver'>;

const UNREACHABLE = new NommerError('UNAVAILABLE', 'nobody answers');
const CLIENT_TIMEOUT_MS = 30_000;

/** A machine with a feederd, which is started again whenever it dies. */
export class FeederdHost {
  readonly name: string;
  readonly #installation: Installation;
  readonly #skewMs: number;
  #incarnations = 0;
  #desk: Desk | undefined;
  #stop = new AbortController();
  #feeder: SimFeeder | undefined;
  /** Longer where it is not to come back soon. */
  #awayMs: number | undefined;
  process: SimProcess | undefined;
  readonly isFrozen = false;

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
    this.#feeder = undefined;
    this.#stop = new AbortController();
    world.note(process.name, 'starts');
    process.onKilled(() => this.#comeBack());
    this.#run(process).then(
      () => {
        world.note(process.name, 'has ended');
        process.exit();
        this.#comeBack();
      },
      (thrown: unknown) => world.violate('ends', `feederd ended: ${String(thrown)}`),
    );
  }

  /** Told to end: serves what it has begun, and then ends. */
  stop(): void {
    const { world, facts } = this.#installation;
    if (this.process?.isAlive !== true) return;
    facts.count('a feederd stops gracefully');
    world.note(this.process.name, 'is told to end');
    world.after(0, () => this.#stop.abort(), this.process);
  }

  /** Killed, and not started again for so long. */
  die(ms: number): void {
    this.#awayMs = ms;
    this.process?.kill(`for ${Math.round(ms / 1000)} s`);
  }

  /** Whether it looks after jobs now. */
  get leads(): boolean {
    const { process } = this;
    return process?.isAlive === true && !process.isPaused && this.#feeder?.leads === true;
  }

  /** The version of a job that it last heard of; 0 for one unknown. */
  knownVersion(uniqueId: string): number {
    return this.#feeder?.cache.versionOf(uniqueId) ?? 0;
  }

  /** What it knows of an unfinished job. */
  known(uniqueId: string): EncodingJob | undefined {
    return this.#feeder?.cache.get(uniqueId);
  }

  #comeBack(): void {
    const { world } = this.#installation;
    this.#desk = undefined;
    const ms = this.#awayMs ?? world.random.between(1000, 20_000);
    this.#awayMs = undefined;
    world.after(ms, () => this.start());
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
    const { clock } = process;
    const soil = { daemon: 'feederd', process, installation } as const;
    const { ports, backend, logger } = composeParts(soil);
    const { mutant, scenario } = installation;
    const stop = this.#stop.signal;
    const feeder = new SimFeeder({
      ...ports,
      backend,
      clock,
      logger,
      settings: installation.daemonSettings,
      identity: { self: process.name, isGone: () => false },
      send: receiverFor(process, installation),
      stop,
    });
    this.#feeder = feeder;
    feeder.chore = async (signal) =>
      mutant?.chore?.({ ...soil, backend, cache: feeder.cache, ports, stop: signal });
    const { desk } = feeder;
    const planted = mutant?.desk?.(desk, soil);
    this.#desk = {
      submit: (request) => (planted ?? desk).submit(request),
      cancel: (uniqueId) => desk.cancel(uniqueId),
      retry: (uniqueId) => desk.retry(uniqueId),
      redeliver: (uniqueId, id) => desk.redeliver(uniqueId, id),
    };
    stop.addEventListener('abort', () => (this.#desk = undefined));
    const onFailure = () => undefined;
    await untilReached(() => feeder.cache.reload(), { clock, signal: stop, onFailure }).catch(
      (thrown: unknown) => {
        if (!stop.aborted) throw thrown;
      },
    );
    await feeder.run();
    await feeder.settled();
    // Where that fails, production ends with an error, and so does not come back differently.
    if (scenario.isLocal) await feeder.dismissIdleNodes().catch(() => undefined);
  }
}

/** The production one, with a chore planted besides its own. */
class SimFeeder extends Feeder {
  leads = false;
  chore: (stop: AbortSignal) => Promise<void> = async () => undefined;

  override async lead(stop: AbortSignal): Promise<void> {
    this.leads = true;
    stop.addEventListener('abort', () => (this.leads = false));
    await Promise.all([super.lead(stop), this.chore(stop)]);
  }
}
