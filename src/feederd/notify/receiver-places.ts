/** So many tries are under way at the same time, at most. */
const MAX_PLACES = 200;
/** A slow receiver takes no more of them. */
const MAX_PER_HOST = 10;
/** One that did not answer the last time takes one, and all such together half of them. */
const MAX_PER_SILENT_HOST = 1;
const MAX_OF_SILENT_HOSTS = MAX_PLACES / 2;
/** More hosts than these are not remembered as silent. */
const MAX_SILENT = 10_000;

export interface Place {
  /** @param hasAnswered whether anybody was there, whatever it said */
  free(hasAnswered: boolean): void;
}

/** Shares out the tries that may be under way, so that dead receivers keep no other from being told. */
export class ReceiverPlaces {
  readonly #takenByHost = new Map<string, number>();
  readonly #silent = new Set<string>();
  #taken = 0;
  #takenBySilent = 0;

  get isFull(): boolean {
    return this.#taken >= MAX_PLACES;
  }

  /** @returns undefined when there is none for this host now */
  take(host: string): Place | undefined {
    const isSilent = this.#silent.has(host);
    const taken = this.#takenByHost.get(host) ?? 0;
    if (this.isFull || taken >= (isSilent ? MAX_PER_SILENT_HOST : MAX_PER_HOST)) return undefined;
    if (isSilent && this.#takenBySilent >= MAX_OF_SILENT_HOSTS) return undefined;
    this.#count(host, 1, isSilent);
    return {
      free: (hasAnswered) => {
        this.#count(host, -1, isSilent);
        if (hasAnswered) this.#silent.delete(host);
        else if (this.#silent.size < MAX_SILENT) this.#silent.add(host);
      },
    };
  }

  #count(host: string, one: 1 | -1, isSilent: boolean): void {
    this.#taken += one;
    if (isSilent) this.#takenBySilent += one;
    const taken = (this.#takenByHost.get(host) ?? 0) + one;
    if (taken > 0) this.#takenByHost.set(host, taken);
    else this.#takenByHost.delete(host);
  }
}
