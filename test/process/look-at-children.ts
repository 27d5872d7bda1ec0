import { readdir, readFile } from 'node:fs/promises';

/** What everybody on the machine may see of processes. */
export interface SeenChildren {
  readonly commandLines: ReadonlySet<string>;
  readonly environments: ReadonlySet<string>;
}

/**
 * Looks, until `ended` aborts, at all that the processes of `parents` have started, and what that has.
 * @param parents asked anew at every look
 */
export async function lookAtChildren(
  parents: () => Promise<readonly number[]>,
  ended: AbortSignal,
): Promise<SeenChildren> {
  const commandLines = new Set<string>();
  const environments = new Set<string>();
  while (!ended.aborted) {
    const roots = await parents();
    const own = new Set(await Promise.all(roots.map((pid) => readProc(pid, 'cmdline'))));
    for (const pid of await below(roots)) {
      const commandLine = await readProc(pid, 'cmdline');
      // Until it becomes another program a new process is a copy of its parent, environment and all.
      if (commandLine === '' || own.has(commandLine)) continue;
      commandLines.add(commandLine);
      environments.add(await readProc(pid, 'environ'));
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { commandLines, environments };
}

async function below(roots: readonly number[]): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const stats = await Promise.all(pids.map((pid) => readProc(pid, 'stat')));
  // Behind the name, which may hold anything: state and parent.
  const parentOf = new Map(
    pids.map((pid, index) => [pid, Number(/^.*\) \S (\d+)/s.exec(stats[index] ?? '')?.[1])]),
  );
  const isBelow = (pid: number): boolean => {
    const parent = parentOf.get(pid);
    return parent !== undefined && (roots.includes(parent) || isBelow(parent));
  };
  return pids.filter(isBelow);
}

function readProc(pid: number, file: string): Promise<string> {
  return readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '');
}
