import { execa } from 'execa';
import { findProgram } from './find-program.ts';

/** How a child that reads hostile media is started. */
export interface Containment {
  /** What protects this machine from the child, in a person's words. */
  readonly description: string;
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
  if (setpriv === undefined || !(await diesWithParent(setpriv))) return UNCONTAINED;
  return {
    description: 'ends with its nommerd (setpriv --pdeathsig)',
    wrap: (program, args) => [setpriv, ['--pdeathsig', 'KILL', '--', program, ...args]],
  };
}

const UNCONTAINED: Containment = {
  description: 'none: no setpriv that knows --pdeathsig',
  wrap: (program, args) => [program, args],
};

async function diesWithParent(setpriv: string): Promise<boolean> {
  const { failed } = await execa(setpriv, ['--pdeathsig', 'KILL', '--', 'true'], {
    reject: false,
    stdin: 'ignore',
    env: CHILD_ENVIRONMENT,
    extendEnv: false,
  });
  return !failed;
}
