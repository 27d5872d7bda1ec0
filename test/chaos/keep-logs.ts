import { link, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 500;

/** Keeps what nodes have logged: feederd deletes the logs of ended ones, but for the latest. */
export async function keepLogs(from: string, into: string, until: AbortSignal): Promise<void> {
  await mkdir(into, { recursive: true });
  const kept = new Set<string>();
  for (;;) {
    const names = await readdir(from).catch((): string[] => []);
    for (const name of names.filter((each) => each.endsWith('.log') && !kept.has(each))) {
      // It may be deleted at this moment; then it was kept before.
      await link(join(from, name), join(into, name)).catch(() => {});
      kept.add(name);
    }
    if (until.aborted) return;
    await sleep(LOOK_EVERY_MS, undefined, { signal: until }).catch(() => {});
  }
}
