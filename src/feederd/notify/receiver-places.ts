import type { Receiver } from './receiver-of.ts';
import { Turns } from './turns.ts';

/**
 * How many tries may be under way at the same time: in all, and to one site, host and receiver. `answering`
 * are the receivers that answered the last time, whatever they said; `silent` those that did not; `new`
 * those never tried, or forgotten.
 */
const LIMITS = {
  answering: [120, 40, 20, 10],
  new: [50, 10, 10, 1],
  silent: [30, 5, 2, 1],
} as const satisfies Record<string, readonly number[]>;
type Standing = keyof typeof LIMITS;

const STANDINGS = ['answering', 'new', 'silent'] as const satisfies readonly Standing[];

/** So many receivers are remembered of either kind; who has not been tried for longest is forgotten. */
const MAX_REMEMBERED = 10_000;

export interface Place<T> {
  readonly item: T;
  /** @param hasAnswered whether anybody was there, whatever it said; undefined where nobody asked */
  readonly free: (hasAnswered: boolean | undefined) => void;
}

/**
 * Shares out the tries that may be under way, 200 in all, so that no receiver keeps another from being
 * told. Each standing has places of its own: 120 for receivers that answer, 50 for new ones, 30 for silent
 * ones. Within them sites, their hosts and their receivers have their turns in rings, and one receiver's
 * items go oldest first. With tries of 10 s (NOTIFY_TIMEOUT) a receiver that answers waits for nobody but
 * its own host and site: not for dead ones, however many names or paths they have. A new one waits for the
 * new ones of its own site (1 a second, if they are all dead) and for other sites only where 50 or more of
 * those at once have new, dead receivers. A silent one, however much waits for it, is asked once every 10 s
 * as long as there are no more than 30 of them; the first answer gives it its share back.
 */
export class ReceiverPlaces<T extends { readonly receiver: Receiver }> {
  readonly #turns: Readonly<Record<Standing, Turns<T>>> = {
    answering: new Turns(LIMITS.answering),
    new: new Turns(LIMITS.new),
    silent: new Turns(LIMITS.silent),
  };
  readonly #answering = new Set<string>();
  readonly #silent = new Set<string>();

  /** Has an item wait for a place. */
  add(item: T): void {
    this.#turns[this.#standingOf(item.receiver)].add(item.receiver, item);
  }

  delete(item: T): void {
    for (const standing of STANDINGS) this.#turns[standing].delete(item.receiver, item);
  }

  /** @returns undefined when nothing waits that there is a place for */
  take(): Place<T> | undefined {
    for (const standing of STANDINGS) {
      const turn = this.#turns[standing].take();
      if (turn === undefined) continue;
      return {
        item: turn.item,
        free: (hasAnswered) => {
          turn.end();
          if (hasAnswered !== undefined) this.#note(turn.item.receiver, hasAnswered);
        },
      };
    }
    return undefined;
  }

  #note(receiver: Receiver, hasAnswered: boolean): void {
    const [, , name] = receiver;
    remember(hasAnswered ? this.#answering : this.#silent, name);
    (hasAnswered ? this.#silent : this.#answering).delete(name);
    const now = this.#turns[this.#standingOf(receiver)];
    for (const standing of STANDINGS) {
      if (this.#turns[standing] !== now) this.#turns[standing].move(receiver, now);
    }
  }

  #standingOf([, , name]: Receiver): Standing {
    if (this.#answering.has(name)) return 'answering';
    return this.#silent.has(name) ? 'silent' : 'new';
  }
}

function remember(names: Set<string>, name: string): void {
  names.delete(name);
  names.add(name);
  const [oldest] = names;
  if (names.size > MAX_REMEMBERED && oldest !== undefined) names.delete(oldest);
}
