import { NommerError } from '../../src/core/errors.ts';
import type { SimProcess } from './world/sim-process.ts';
import type { World } from './world/world.ts';

export type Service =
  | 'store'
  | 'queue'
  | 'node states'
  | 'leadership'
  | 'fleet'
  | 'media'
  | 'receiver';

/** How a call fares. */
export type Fate =
  | 'fine'
  /** Throttled, or an error of the service: it does nothing. */
  | 'refused'
  /** It never arrives, and nobody answers. */
  | 'lost'
  /** It is done, and the answer gets lost. */
  | 'answer lost'
  /** It is done, and done once more later. */
  | 'repeated'
  /** Others that were made later overtake it. */
  | 'late'
  /** The caller dies before it has made the call, or before it hears the answer. */
  | 'crash before'
  | 'crash after';

export interface LineFaults {
  /** How probable each fate is. */
  readonly fates: { readonly [Each in Fate]?: number };
  /** How probable it is that a call takes seconds. */
  readonly slow: number;
}

export const NO_FAULTS: LineFaults = { fates: {}, slow: 0 };

/** Says how one call fares; undefined leaves it to chance. */
export type DecideFate = (caller: SimProcess, what: string) => Fate | undefined;

const MAX_LATENCY_MS = 30;
const OVERTAKEN_MS = 150;
/** Launches are few, and losing their answers is worth a try. */
const FLEET_FACTOR = 4;

/** Everything that processes ask of services goes along here, and may go wrong. */
export class Line {
  readonly #world: World;
  readonly #cutOff = new Set<SimProcess>();
  readonly #away = new Set<Service>();
  faults: LineFaults = NO_FAULTS;
  decide: DecideFate | undefined;
  /** Off where every order of calls is tried out: then all take the same time. */
  jitters = true;

  constructor(world: World) {
    this.#world = world;
  }

  cutOff(process: SimProcess, ms: number): void {
    this.#world.note(process.name, `is cut off for ${Math.round(ms / 1000)} s`);
    this.#cutOff.add(process);
    this.#world.after(ms, () => this.#cutOff.delete(process));
  }

  outage(service: Service, ms: number): void {
    this.#world.note(service, `is away for ${Math.round(ms / 1000)} s`);
    this.#away.add(service);
    this.#world.after(ms, () => this.#away.delete(service));
  }

  heal(): void {
    this.#cutOff.clear();
    this.#away.clear();
  }

  /** Has `act` done at the service, and the caller told what came of it. */
  call<T>(caller: SimProcess, service: Service, what: string, act: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.start(caller, service, what, {
        act: (answer, fail) => {
          try {
            answer(act());
          } catch (thrown: unknown) {
            fail(thrown as Error);
          }
        },
        resolve,
        reject,
      });
    });
  }

  /** The same for what answers later. */
  start<T>(
    caller: SimProcess,
    service: Service,
    what: string,
    {
      act,
      resolve,
      reject,
    }: {
      act: (answer: (value: T) => void, fail: (error: Error) => void) => void;
      resolve: (value: T) => void;
      reject: (error: Error) => void;
    },
  ): void {
    if (!caller.isAlive) return;
    const world = this.#world;
    const fate = this.#fateOf(caller, service, what);
    if (fate !== 'fine') world.note(caller.name, `${what}: ${fate}`);
    const unavailable = new NommerError('UNAVAILABLE', `${service}: ${fate}`);
    const failAfter = (ms: number) => world.after(ms, () => reject(unavailable), caller);
    const arrive = (ms: number, answer: (value: T) => void, fail: (error: Error) => void) =>
      world.after(ms, () => act(answer, fail));
    const nobody = () => undefined;
    const tell = (value: T) => void world.after(this.#latency(), () => resolve(value), caller);
    const refuse = (error: Error) => void world.after(this.#latency(), () => reject(error), caller);
    switch (fate) {
      case 'fine':
        arrive(this.#latency(), tell, refuse);
        return;
      case 'late':
        arrive(OVERTAKEN_MS, tell, refuse);
        return;
      case 'refused':
        failAfter(this.#latency());
        return;
      case 'lost':
        failAfter(this.#timeout());
        return;
      case 'answer lost':
        arrive(this.#latency(), nobody, nobody);
        failAfter(this.#timeout());
        return;
      case 'repeated':
        arrive(this.#latency(), tell, refuse);
        arrive(this.#timeout() * 2, nobody, nobody);
        return;
      case 'crash before':
        caller.kill(`right before ${what}`);
        return;
      case 'crash after':
        arrive(this.#latency(), nobody, nobody);
        caller.kill(`right after ${what}`);
    }
  }

  #fateOf(caller: SimProcess, service: Service, what: string): Fate {
    const decided = this.decide?.(caller, what);
    if (decided !== undefined) return decided;
    if (this.#cutOff.has(caller)) return 'lost';
    if (this.#away.has(service)) return 'refused';
    let roll = this.faults === NO_FAULTS ? 1 : this.#world.random.next();
    const factor = service === 'fleet' ? FLEET_FACTOR : 1;
    for (const [fate, probability] of Object.entries(this.faults.fates)) {
      roll -= probability * factor;
      if (roll < 0) return fate as Fate;
    }
    return 'fine';
  }

  #latency(): number {
    if (!this.jitters) return 1;
    const { random } = this.#world;
    return random.chance(this.faults.slow)
      ? random.between(200, 6000)
      : 1 + random.next() * MAX_LATENCY_MS;
  }

  #timeout(): number {
    return this.jitters ? this.#world.random.between(500, 8000) : 1000;
  }
}
