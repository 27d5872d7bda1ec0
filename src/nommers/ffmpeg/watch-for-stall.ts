export interface StallWatch {
  readonly seconds: number;
  /** Asked when nothing new was seen for `seconds`. */
  readonly isAlive: () => Promise<boolean>;
  readonly onStall: () => void;
}

/** Calls `onStall` when `see` saw nothing new for so long, and there is no other sign of life. */
export function watchForStall(watch: StallWatch): Disposable & { see(state: string): void } {
  let lastSeen = '';
  let ended = false;
  const look = async () => {
    const seenBefore = lastSeen;
    const alive = await watch.isAlive();
    // What is seen meanwhile counts too, and has set the timer anew.
    if (ended || lastSeen !== seenBefore) return;
    if (alive) timer.refresh();
    else watch.onStall();
  };
  const timer = setTimeout(() => void look(), watch.seconds * 1000);
  return {
    see: (state) => {
      if (state === lastSeen) return;
      lastSeen = state;
      timer.refresh();
    },
    [Symbol.dispose]: () => {
      ended = true;
      clearTimeout(timer);
    },
  };
}
