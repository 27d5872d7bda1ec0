import { NommerError } from '../../src/core/errors.ts';
import type { Aim } from './aims.ts';
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
  /** Its lease may have run out before it arrives. */
  | 'very late'
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
const MAX_TIMEOUT_MS = 8000;
const OVERTAKEN_MS = 150;
const VERY_LATE_MS = 70_000;
/** Longer than a lease, and than it takes others to begin anew. */
export const STOP_MS = 75_000;
/** Launches are few, and losing their answers is worth a try. */
const FLEET_FACTOR = 4;

/** Everything that processes ask of services goes along here, and may go wrong. */
export class Line {
  readonly #world: World;
  readonly #cutOff = new Set<SimProcess>();
  readonly #away = new Set<Service>();
  faults: LineFaults = NO_FAULTS;
  decide: DecideFate | undefined;
  /** What is to go wrong at some call, each once. */
  aims: readonly Aim[] = [];
  /** Told of what goes wrong, and until when it does. */
  onFault: (fate: Fate, caller: SimProcess, untilMs: number) => void = () => undefined;
  readonly #passed = new Map<Aim, number>();
  /** Off where every order of calls is tried out: then all take the same time. */
  jitters = true;

  constructor(world: World) {
    this.#world = world;
  }

  cutOff(process: SimProcess, ms: number): void {
    this.#world.note(process.name, `is cut off for ${Math.round(ms / 1000)} s`);
    this.#world.strikes += 1;
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
    if (fate !== 'fine') {
      world.note(caller.name, `${what}: ${fate}`);
      const lastsMs = fate === 'very late' ? VERY_LATE_MS : MAX_TIMEOUT_MS;
      this.onFault(fate, caller, world.now + lastsMs);
    }
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
      case 'very late':
        arrive(VERY_LATE_MS, nobody, nobody);
        failAfter(this.#timeout());
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
    const aimed = this.#aimedFate(caller, what);
    if (aimed !== undefined) return aimed;
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

  #aimedFate(caller: SimProcess, what: string): Fate | undefined {
    const aim = this.aims.find(({ call }) => what.includes(call));
    if (aim === undefined) return undefined;
    const passed = this.#passed.get(aim) ?? 0;
    this.#passed.set(aim, passed + 1);
    if (passed < aim.passes) return undefined;
    this.aims = this.aims.filter((each) => each !== aim);
    if (aim.fate !== 'stand still' && aim.fate !== 'sleep') return aim.fate;
    this.#world.note(caller.name, `stops at ${what}`);
    caller.pause(STOP_MS, aim.fate === 'sleep' ? 'run on' : 'stand still');
    this.onFault('fine', caller, this.#world.now + STOP_MS);
    return undefined;
  }

  #latency(): number {
    if (!this.jitters) return 1;
    const { random } = this.#world;
    return random.chance(this.faults.slow)
      ? random.between(200, 6000)
      : 1 + random.next() * MAX_LATENCY_MS;
  }

  #timeout(): number {
    return this.jitters ? this.#world.random.between(500, MAX_TIMEOUT_MS) : 1000;
  }
}
