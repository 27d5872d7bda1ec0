/** A branch that others share, down to one whose items take their turns. */
interface Branch<T> {
  readonly name: string;
  readonly above: Branch<T> | undefined;
  readonly below: Map<string, Branch<T>>;
  /** Those below that may have something to take; whose turn it is comes first. */
  readonly ready: Set<Branch<T>>;
  items: Set<T>;
  taken: number;
}

export interface Turn<T> {
  readonly item: T;
  /** Makes room for another one. */
  end(): void;
}

/**
 * Items that wait for their turns, under paths of names. On each level of the paths every name that has
 * items has its turn in a ring, and has no more than so many under way; the items of one path are taken in
 * the order they were added. What is full is not looked at before it has room again, so that a turn costs
 * the same however many wait.
 */
export class Turns<T> {
  readonly #limits: readonly number[];
  readonly #root = branch<T>('', undefined);

  /** @param limits how many may be under way: in all, and under one name of each level of the paths */
  constructor(limits: readonly number[]) {
    this.#limits = limits;
  }

  add(path: readonly string[], item: T): void {
    const at = this.#at(path);
    at.items.add(item);
    rouse(at);
  }

  delete(path: readonly string[], item: T): void {
    const found = this.#find(path);
    if (found?.items.delete(item) === true) prune(found);
  }

  /** Has all that wait under a path wait elsewhere. */
  move(path: readonly string[], to: Turns<T>): void {
    const from = this.#find(path);
    if (from === undefined || from.items.size === 0) return;
    const at = to.#at(path);
    if (at.items.size === 0) at.items = from.items;
    else for (const item of from.items) at.items.add(item);
    from.items = new Set();
    rouse(at);
    prune(from);
  }

  /** @returns undefined when nothing waits that may be taken now */
  take(): Turn<T> | undefined {
    const found = this.#next(this.#root, 0);
    const [item] = found?.items ?? [];
    if (found === undefined || item === undefined) return undefined;
    found.items.delete(item);
    for (const each of upwards(found)) each.taken += 1;
    return {
      item,
      end: () => {
        for (const each of upwards(found)) each.taken -= 1;
        rouse(found);
        prune(found);
      },
    };
  }

  #next(at: Branch<T>, level: number): Branch<T> | undefined {
    if (at.taken >= (this.#limits[level] ?? 0)) return undefined;
    if (at.items.size > 0) return at;
    for (const below of at.ready) {
      at.ready.delete(below);
      const found = this.#next(below, level + 1);
      if (found === undefined) continue;
      at.ready.add(below);
      return found;
    }
    return undefined;
  }

  #at(path: readonly string[]): Branch<T> {
    let at = this.#root;
    for (const name of path) {
      const next = at.below.get(name) ?? branch(name, at);
      at.below.set(name, next);
      at = next;
    }
    return at;
  }

  #find(path: readonly string[]): Branch<T> | undefined {
    let at: Branch<T> | undefined = this.#root;
    for (const name of path) at = at?.below.get(name);
    return at;
  }
}

function branch<T>(name: string, above: Branch<T> | undefined): Branch<T> {
  return { name, above, below: new Map(), ready: new Set(), items: new Set(), taken: 0 };
}

function* upwards<T>(from: Branch<T>): Generator<Branch<T>> {
  for (let at: Branch<T> | undefined = from; at !== undefined; at = at.above) yield at;
}

function rouse<T>(from: Branch<T>): void {
  for (const each of upwards(from)) each.above?.ready.add(each);
}

/** Forgets what nothing waits under and nothing is under way of. */
function prune<T>(from: Branch<T>): void {
  for (const each of upwards(from)) {
    if (each.items.size > 0 || each.below.size > 0 || each.taken > 0) return;
    each.above?.below.delete(each.name);
    each.above?.ready.delete(each);
  }
}
