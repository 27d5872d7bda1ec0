import type { SimProcess } from './sim-process.ts';

/** Something that is going to happen. */
export interface Happening {
  /** Milliseconds since the world began. */
  at: number;
  /** Decides between what happens at the same time. */
  tie: number;
  /** In whose code it happens; undefined = in a service, or on the way to one. */
  readonly owner: SimProcess | undefined;
  readonly run: () => void;
  isCancelled: boolean;
}

/** What is going to happen, the earliest first. */
export class EventHeap {
  readonly #heap: Happening[] = [];

  get size(): number {
    return this.#heap.length;
  }

  get first(): Happening | undefined {
    return this.#heap[0];
  }

  push(happening: Happening): void {
    const heap = this.#heap;
    let index = heap.push(happening) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(happening, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = happening;
  }

  pop(): Happening | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      let least = left;
      if (right !== undefined && isBefore(right, left)) {
        least = right;
        child += 1;
      }
      if (!isBefore(least, last)) break;
      heap[index] = least;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(one: Happening, other: Happening): boolean {
  return one.at < other.at || (one.at === other.at && one.tie < other.tie);
}
