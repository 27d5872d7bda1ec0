import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The system calls that the filter of a unit refuses, by systemd.exec(5): groups resolved, the lines of
 * an allow-list taken in turn, one with ~ taking away.
 */
export async function refusedCalls(unit: string): Promise<ReadonlySet<string>> {
  const text = await readFile(unit, 'utf8');
  const allowed = new Set(await expand('@default'));
  for (const [, without, names = ''] of text.matchAll(/^SystemCallFilter=(~?)(.*)$/gm)) {
    for (const call of (await Promise.all(names.split(' ').map(expand))).flat()) {
      if (without === '~') allowed.delete(call);
      else allowed.add(call);
    }
  }
  return new Set((await expand('@known')).filter((call) => !allowed.has(call)));
}

async function expand(name: string): Promise<readonly string[]> {
  if (!name.startsWith('@')) return [name];
  const { stdout } = await run('systemd-analyze', ['syscall-filter', name]);
  const members = [...stdout.matchAll(/^ +(@?[\w-]+)$/gm)].map(([, member]) => String(member));
  return (await Promise.all(members.map(expand))).flat();
}
