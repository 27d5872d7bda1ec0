import { constants } from 'node:fs';
import { lstat, mkdir, open, readlink, realpath, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isErrnoException } from '../../core/errors.ts';
import type { MediaField } from '../media-field.ts';
import { fileError, forbidden, isMissing } from './file-error.ts';

/** A folder inside the roots, held open, so that nobody can put another in its place meanwhile. */
export interface HeldFolder {
  readonly handle: FileHandle;
  /** Prefix of every path in it. */
  readonly path: string;
}

/** What a handle was opened for. */
interface Opened {
  readonly real: string;
  readonly field: MediaField;
  readonly path: string;
  readonly isFolder?: boolean;
}

/**
 * The directories that file:// may reach into. Every path is judged after its links are resolved, and
 * once more by what was really opened: whoever may write inside a root must not lead a job out of it
 * by swapping a folder for a link at the right moment.
 */
export class FileRoots {
  readonly #roots: readonly string[];
  readonly #denied: readonly string[];

  /**
   * @param roots absolute directories; one that does not exist admits nothing
   * @param denied absolute directories that nothing leads into, though they are inside a root
   */
  constructor(roots: readonly string[], denied: readonly string[] = []) {
    this.#roots = roots;
    this.#denied = denied;
  }

  /** Opens a regular file for reading. The caller closes it. */
  openSource(path: string): Promise<FileHandle> {
    return this.#openFile(path, 'source_path');
  }

  /** Opens the file at a destination; undefined where there is nothing. The caller closes it. */
  async findDest(path: string): Promise<FileHandle | undefined> {
    try {
      return await this.#openFile(path, 'dest_path');
    } catch (thrown) {
      if (isMissing(thrown)) return undefined;
      throw thrown;
    }
  }

  /** Opens the folder that `path` is to be published in; makes its missing parents below a root. */
  async openDestFolder(path: string): Promise<HeldFolder> {
    const folder = dirname(path);
    try {
      const existing = await this.#nearestExisting(folder);
      let held = await this.#hold(await this.#resolve(existing, 'dest_path'), path);
      try {
        const missing = relative(existing, folder).split(sep).filter(Boolean);
        for (const name of missing) held = await this.#makeFolder(held, name, path);
        await refuseOccupied(join(held.path, basename(path)), path);
      } catch (thrown) {
        await held.handle.close();
        throw thrown;
      }
      return held;
    } catch (thrown) {
      throw fileError(thrown, 'dest_path', path);
    }
  }

  /** Opens the folder that `path` is in; undefined where there is none. */
  async findDestFolder(path: string): Promise<HeldFolder | undefined> {
    const folder = dirname(path);
    try {
      if ((await this.#nearestExisting(folder)) !== folder) return undefined;
      return await this.#hold(await this.#resolve(folder, 'dest_path'), path);
    } catch (thrown) {
      throw fileError(thrown, 'dest_path', path);
    }
  }

  async #openFile(path: string, field: MediaField): Promise<FileHandle> {
    const real = await this.#resolve(path, field);
    try {
      // Looked at before it is opened: opening a device or a pipe is already an act.
      refuseUnlessRegular(await stat(real), field, path);
      const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
      return await this.#check(await open(real, flags), { real, field, path });
    } catch (thrown) {
      throw fileError(thrown, field, path, 'read');
    }
  }

  /** Makes a folder in one that is held, so that none is made outside the roots. Lets `parent` go. */
  async #makeFolder(parent: HeldFolder, name: string, path: string): Promise<HeldFolder> {
    const folder = join(parent.path, name);
    await mkdir(folder).catch((thrown: unknown) => {
      if (!isErrnoException(thrown) || thrown.code !== 'EEXIST') throw thrown;
    });
    const made = await this.#hold(folder, path);
    await parent.handle.close();
    return made;
  }

  async #hold(folder: string, path: string): Promise<HeldFolder> {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_DIRECTORY;
    const handle = await this.#check(await open(folder, flags), {
      real: folder,
      field: 'dest_path',
      path,
      isFolder: true,
    });
    return { handle, path: throughHandle(handle) ?? folder };
  }

  /** Links resolved and inside a root; says "forbidden" of whatever is outside, whether it exists or not. */
  async #resolve(path: string, field: MediaField): Promise<string> {
    try {
      const real = await realpath(path);
      await this.#refuseOutside(real, field, path);
      return real;
    } catch (thrown) {
      const given = resolve(path);
      if (this.#denied.some((denied) => isWithin(given, denied))) throw inData(field, path);
      const inside = this.#roots.some((root) => isWithin(path, root));
      if (!inside && isErrnoException(thrown)) throw outside(field, path, this.#roots);
      throw fileError(thrown, field, path);
    }
  }

  async #nearestExisting(folder: string): Promise<string> {
    for (let path = folder; ; path = dirname(path)) {
      try {
        await lstat(path);
        return path;
      } catch (thrown) {
        if (!isErrnoException(thrown) || thrown.code !== 'ENOENT') throw thrown;
      }
    }
  }

  async #check(
    handle: FileHandle,
    { real, field, path, isFolder = false }: Opened,
  ): Promise<FileHandle> {
    try {
      const opened = throughHandle(handle);
      const truth = opened === undefined ? await realpath(real) : await readlink(opened);
      await this.#refuseOutside(truth, field, path);
      if (!isFolder) refuseUnlessRegular(await handle.stat(), field, path);
      return handle;
    } catch (thrown) {
      await handle.close();
      throw thrown;
    }
  }

  async #refuseOutside(real: string, field: MediaField, path: string): Promise<void> {
    for (const denied of this.#denied) {
      const realDenied = await realpath(denied).catch(() => denied);
      if (isWithin(real, realDenied)) throw inData(field, path);
    }
    for (const root of this.#roots) {
      const realRoot = await realpath(root).catch(() => undefined);
      if (realRoot !== undefined && isWithin(real, realRoot)) return;
    }
    throw outside(field, path, this.#roots);
  }
}

/**
 * A path that leads to what `handle` holds open, whatever its name leads to by now. Only Linux has it;
 * elsewhere the window between the check and the use stays, a few microseconds wide.
 */
export function throughHandle(handle: FileHandle): string | undefined {
  return process.platform === 'linux' ? `/proc/self/fd/${handle.fd}` : undefined;
}

function isWithin(path: string, root: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function outside(field: MediaField, path: string, roots: readonly string[]) {
  const why =
    roots.length === 0
      ? 'is a file:// URI, which FILE_ROOTS does not allow here: it is empty'
      : 'is outside FILE_ROOTS';
  return forbidden(field, why, path);
}

function inData(field: MediaField, path: string) {
  return forbidden(field, 'is inside DATA_DIR, where the jobs themselves are kept', path);
}

interface Kind {
  isFile(): boolean;
}

function refuseUnlessRegular(kind: Kind, field: MediaField, path: string): void {
  if (!kind.isFile()) throw forbidden(field, 'is not a regular file', path);
}

/** A file or a link at the destination is replaced; a folder, a device or a pipe is somebody's. */
async function refuseOccupied(target: string, path: string): Promise<void> {
  try {
    const there = await lstat(target);
    if (!there.isSymbolicLink()) refuseUnlessRegular(there, 'dest_path', path);
  } catch (thrown) {
    if (!isErrnoException(thrown) || thrown.code !== 'ENOENT') throw thrown;
  }
}
