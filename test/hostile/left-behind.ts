import { readdir, readFile, readlink } from 'node:fs/promises';

/** Command lines of the processes that these have started, whoever's they are now, or that are at home in `folder`. */
export async function processesLeft(
  parents: readonly number[],
  folder: string,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || parents.includes(pid)) continue;
    try {
      const [stat, cwd] = await Promise.all([
        readFile(`/proc/${pid}/stat`, 'latin1'),
        readlink(`/proc/${pid}/cwd`).catch(() => ''),
      ]);
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      if (!parents.includes(parent) && !cwd.startsWith(folder)) continue;
      const command = await readFile(`/proc/${pid}/cmdline`, 'latin1');
      found.push(command.replaceAll('\0', ' '));
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}
