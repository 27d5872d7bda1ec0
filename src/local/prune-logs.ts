import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Deletes the logs of ended nodes, except the latest `keep`; `alive` are the ids of the others. */
export async function pruneLogs(
  logDir: string,
  { keep, alive }: { keep: number; alive: ReadonlySet<string> },
): Promise<void> {
  const names = (await readdir(logDir)).filter((name) => name.endsWith('.log'));
  const logs = await Promise.all(
    names
      .filter((name) => !alive.has(name.slice(0, -'.log'.length)))
      .map(async (name) => {
        const file = join(logDir, name);
        // Somebody else may prune at the same time.
        const changedAt = await stat(file).then(
          ({ mtimeMs }) => mtimeMs,
          () => 0,
        );
        return { file, changedAt };
      }),
  );
  logs.sort((one, other) => other.changedAt - one.changedAt);
  await Promise.all(logs.slice(keep).map(({ file }) => rm(file, { force: true })));
}
