import { lstat, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What of the machine a contained program sees, besides its directory and its sources. */
export interface VisiblePath {
  readonly path: string;
  /** A link of the machine's is given as such, by what it says. */
  readonly link: string | null;
  readonly isDirectory: boolean;
  readonly isDevice: boolean;
}

/** Programs, libraries, fonts and time zones. Where a distribution lacks one, it lacks nothing. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'].concat(
  ['/etc/ld.so.cache', '/etc/alternatives', '/etc/fonts', '/etc/localtime'],
  ['/var/cache/fontconfig', '/nix/store', '/gnu/store'],
  ['/dev/null', '/dev/zero', '/dev/full', '/dev/random', '/dev/urandom'],
);
/** Beside a folder of programs. */
const LIBRARIES = ['lib', 'lib64'];

/**
 * @param programs absolute paths. Of one outside of the system, the file itself is seen, and the
 *   libraries beside its folder where that is called bin; nothing else that may lie around.
 */
export async function findVisiblePaths(
  programs: readonly string[],
): Promise<readonly VisiblePath[]> {
  const system = await Promise.all(SYSTEM.map((path) => look(path)));
  const truths = await Promise.all(programs.map((path) => realpath(path)));
  const foreign = [...new Set([...programs, ...truths])].filter((path) => !isOfSystem(path));
  const own = foreign.flatMap((path) => {
    const folder = dirname(path);
    const libraries = basename(folder) === 'bin' ? LIBRARIES : [];
    return [path, ...libraries.map((name) => join(dirname(folder), name))];
  });
  const files = await Promise.all(own.map((path) => look(path)));
  return [
    ...system,
    // A link to a program is seen as the program.
    ...files.map((file) => file && { ...file, link: null }),
  ].filter((path) => path !== undefined);
}

function isOfSystem(path: string): boolean {
  return SYSTEM.some((known) => path.startsWith(`${known}/`));
}

async function look(path: string): Promise<VisiblePath | undefined> {
  try {
    const stats = await lstat(path);
    return {
      path,
      link: stats.isSymbolicLink() ? await readlink(path) : null,
      isDirectory: stats.isDirectory(),
      isDevice: stats.isCharacterDevice(),
    };
  } catch {
    return undefined;
  }
}
