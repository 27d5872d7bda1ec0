import { readdir, readFile } from 'node:fs/promises';
import { runProgram } from '../run-program.ts';

/** The processes of this machine that have `argument` on their command line, by pid; not this one. */
export async function findProcesses(argument: string): Promise<readonly number[]> {
  const pids = (await fromProc(argument)) ?? (await fromPs(argument));
  return pids.filter((pid) => pid !== process.pid);
}

async function fromProc(argument: string): Promise<readonly number[] | undefined> {
  const names = await readdir('/proc').catch(() => undefined);
  if (names === undefined) return undefined;
  const found = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        // A process may end at any moment; one that has is not there.
        const commandLine = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
        return commandLine.split('\0').includes(argument) ? [Number(name)] : [];
      }),
  );
  return found.flat();
}

/** Where there is no /proc: macOS, BSD. */
async function fromPs(argument: string): Promise<readonly number[]> {
  const table = (await runProgram('ps', ['-axww', '-o', 'pid=,command='])) ?? '';
  return table
    .split('\n')
    .filter((line) => ` ${line} `.includes(` ${argument} `))
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => Number.isInteger(pid));
}
