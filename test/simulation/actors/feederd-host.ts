import type { EncodingJob } from '../../../src/core/job.ts';
import { NommerError, toNommerError } from '../../../src/core/errors.ts';
import { untilReached } from '../../../src/daemon/until-reached.ts';
import { Feeder } from '../../../src/feederd/feeder.ts';
import type { JobDesk } from '../../../src/feederd/job-desk.ts';
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
    const { clock } = process;
    const soil = { daemon: 'feederd', process, installation } as const;
    const { ports, backend, logger } = composeParts(soil);
    const { mutant } = installation;
    const feeder = new SimFeeder({
      ...ports,
      backend,
      clock,
      logger,
      settings: installation.daemonSettings,
      identity: { self: process.name, isGone: () => false },
      send: receiverFor(process, installation),
      stop: new AbortController().signal,
    });
    feeder.chore = async (stop) =>
      mutant?.chore?.({ ...soil, backend, cache: feeder.cache, ports, stop });
    const { desk } = feeder;
    const planted = mutant?.desk?.(desk, soil);
    this.#desk = {
      submit: (request) => (planted ?? desk).submit(request),
      cancel: (uniqueId) => desk.cancel(uniqueId),
      retry: (uniqueId) => desk.retry(uniqueId),
    };
    await untilReached(() => feeder.cache.reload(), { clock, onFailure: () => undefined });
    await feeder.run();
  }
}

/** The production one, with a chore planted besides its own. */
class SimFeeder extends Feeder {
  chore: (stop: AbortSignal) => Promise<void> = async () => undefined;

  override async lead(stop: AbortSignal): Promise<void> {
    await Promise.all([super.lead(stop), this.chore(stop)]);
  }
}
