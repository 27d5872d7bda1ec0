import { runProgram } from '../run-program.ts';
import type { Check } from './check.ts';

export function checkNode(): Check {
  return { name: 'Node', verdict: 'ok', found: `${process.versions.node}  ${process.execPath}` };
}

/** Without it FFmpeg goes on when its node is killed. Only Linux has that. */
export async function checkContainment(): Promise<Check> {
  const name = 'setpriv';
  const works = await runProgram('setpriv', ['--pdeathsig', 'KILL', '--', 'true']);
  if (works !== undefined) return { name, verdict: 'ok', found: 'FFmpeg ends with its node' };
  return {
    name,
    verdict: 'warning',
    found: 'not found, or too old',
    advice:
      'FFmpeg would go on when its node is killed: apt-get install util-linux (2.33 or newer).',
  };
}
