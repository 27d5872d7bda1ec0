import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrnoException } from '../core/errors.ts';
import type { Logger } from '../daemon/logger.ts';
import { deadFolders, ownFolder, SIGN_OF_LIFE } from '../daemon/process-folders.ts';
import { removeTree } from './remove-tree.ts';

/**
 * This node's own folder for the work directories of its attempts. It bears the identity of the
 * process, so that what a killed node left behind is known for dead and removed by the next one.
 */
export class WorkSpace {
  readonly #dir: string;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** @param root shared by all nodes of this machine */
  static async open(root: string, logger: Logger): Promise<WorkSpace> {
    const own = join(root, ownFolder());
    await mkdir(own, { recursive: true, mode: 0o700 });
    await sweep(root, logger);
    return new WorkSpace(own);
  }

  /** Makes an empty directory. */
  async make(name: string): Promise<string> {
    const dir = join(this.#dir, name);
    try {
      await mkdir(dir, { mode: 0o700 });
    } catch (thrown: unknown) {
      if (!isErrnoException(thrown) || thrown.code !== 'EEXIST') throw thrown;
      await removeTree(dir);
      await mkdir(dir, { mode: 0o700 });
    }
    return dir;
  }

  async remove(dir: string): Promise<void> {
    await removeTree(dir);
  }

  /**
   * Leaves a sign for whoever asks whether this node does its work: the file `alive-until`, whose time of
   * change is when the sign runs out. Dockerfile.nommerd's HEALTHCHECK looks for it.
   */
  async signLife(until: Date): Promise<void> {
    const file = join(this.#dir, SIGN_OF_LIFE);
    await writeFile(file, '');
    await utimes(file, until, until);
  }

  async close(): Promise<void> {
    await removeTree(this.#dir);
  }
}

async function sweep(root: string, logger: Logger): Promise<void> {
  for (const name of await deadFolders(root)) {
    logger.info({ folder: name }, 'removing what a dead node left behind');
    await removeTree(join(root, name)).catch((thrown: unknown) => {
      logger.error({ err: thrown, folder: name }, 'could not remove what a dead node left behind');
    });
  }
}
