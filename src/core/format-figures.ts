const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `999 B`, `1.2 kB`, `34 MB`: two significant figures at least, thousands of 1000. */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** Media time: `0:42`, `12:03`, `1:02:03`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(Math.round(seconds), 0);
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  if (hours === 0) return `${minutes}:${twoDigits(whole % 60)}`;
  return `${hours}:${twoDigits(minutes)}:${twoDigits(whole % 60)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** Time that something took: `0.42 s`, `8.2 s`, `3 min 12 s`, `2 h 5 min`. */
export function formatElapsed(milliseconds: number): string {
  const seconds = Math.max(milliseconds, 0) / 1000;
  if (seconds < 0.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** How long ago, or in how long: `just now`, `2 min ago`, `in 5 min`; beyond 30 days the day. */
export function formatAge(iso: string, now: number): string {
  const then = Date.parse(iso);
  const seconds = Math.abs(now - then) / 1000;
  if (seconds < 5) return 'just now';
  if (seconds >= 30 * 86_400) return iso.slice(0, 10);
  const amount = roughly(seconds);
  return then > now ? `in ${amount}` : `${amount} ago`;
}

function roughly(seconds: number): string {
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  if (seconds < 3570) return `${Math.round(seconds / 60)} min`;
  if (seconds < 23.5 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** `62%`; never 100 before the end, never 0 after the start of something. */
export function formatPercent(percent: number): string {
  return `${Math.floor(Math.min(Math.max(percent, 0), 100))}%`;
}

/** `4.9×`, `12×`: how much faster than it plays. */
export function formatSpeed(speed: number): string {
  return `${speed.toFixed(speed < 9.95 ? 1 : 0)}×`;
}

/** `1 job`, `2 jobs`. @param word in the singular; one that takes an s */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
