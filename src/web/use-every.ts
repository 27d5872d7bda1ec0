import { useEffect } from 'preact/hooks';

/**
 * Does `act` at once, and again and again while the page is looked at, until what uses this goes or one of
 * `on` changes.
 */
export function useEvery(
  seconds: number,
  act: (signal: AbortSignal) => void | Promise<void>,
  on: readonly unknown[] = [],
): void {
  useEffect(() => {
    const line = new AbortController();
    const look = () => {
      if (!document.hidden) void act(line.signal);
    };
    look();
    const timer = setInterval(look, seconds * 1000);
    document.addEventListener('visibilitychange', look);
    return () => {
      line.abort();
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, on);
}
