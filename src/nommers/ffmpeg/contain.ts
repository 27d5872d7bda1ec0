import { execa } from 'execa';
import { findProgram } from './find-program.ts';

/** How a child that reads hostile media is started. */
export interface Containment {
  /** Why nothing ends the child along with this process, in a person's words; null where something does. */
  readonly lacking: string | null;
  /** The command that really runs when `program` is to be run with `args`. */
  wrap(program: string, args: readonly string[]): readonly [string, readonly string[]];
}

/** The child's whole environment: no credentials, no settings, nothing that steers FFmpeg. */
export const CHILD_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
};

/**
 * Finds out what this machine has to contain a child with. With a setpriv that knows `--pdeathsig`,
 * the kernel kills FFmpeg when its nommerd dies, even by SIGKILL.
 */
export async function findContainment(): Promise<Containment> {
  const setpriv = await findProgram('setpriv');
  if (setpriv === undefined) return uncontained('there is no setpriv in PATH');
  const failure = await tryOut(setpriv);
  if (failure !== undefined) return uncontained(failure);
  return {
    lacking: null,
    wrap: (program, args) => [setpriv, ['--pdeathsig', 'KILL', '--', program, ...args]],
  };
}

function uncontained(lacking: string): Containment {
  return { lacking, wrap: (program, args) => [program, args] };
}

/** @returns what setpriv says of its failure: it may be too old, or not allowed what it needs */
async function tryOut(setpriv: string): Promise<string | undefined> {
  const args = ['--pdeathsig', 'KILL', '--', 'true'];
  const { failed, stderr, shortMessage } = await execa(setpriv, args, {
    reject: false,
    stdin: 'ignore',
    env: CHILD_ENVIRONMENT,
    extendEnv: false,
  });
  if (!failed) return undefined;
  const [said = ''] = stderr.trim().split('\n', 1);
  return `setpriv --pdeathsig fails: ${said === '' ? shortMessage : said}`;
}
