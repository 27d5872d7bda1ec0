import { NommerError } from '../../../src/core/errors.ts';
import type { Installation } from '../installation.ts';

/** The directories on a machine's disk, by the process whose they are. */
export type Disk = Map<string, Set<string>>;

/** A process's own folder on the disk. */
export class SimWorkSpace {
  readonly #disk: Disk;
  readonly #owner: string;
  readonly #directories = new Set<string>();
  readonly #installation: Installation;

  constructor(disk: Disk, owner: string, installation: Installation) {
    this.#disk = disk;
    this.#owner = owner;
    this.#installation = installation;
    disk.set(owner, this.#directories);
  }

  /** Removes what dead processes have left behind. */
  sweep(): void {
    for (const owner of this.#disk.keys()) if (owner !== this.#owner) this.#disk.delete(owner);
  }

  async make(name: string): Promise<string> {
    const { world, troubles, facts } = this.#installation;
    if (world.random.chance(troubles.media / 10)) {
      const { jobId, attempt } = attemptOf(name);
      facts.failed(jobId, attempt, 'no room for its directory');
      throw new NommerError('DISK_FULL', 'no room');
    }
    this.#directories.add(name);
    return name;
  }

  async signLife(): Promise<void> {}

  async remove(dir: string): Promise<void> {
    for (const each of this.#directories) {
      if (each === dir || each.startsWith(`${dir}/`)) this.#directories.delete(each);
    }
  }
}

/** Whose directory it is: `job-1-2/work` is one of attempt 2 of job-1. */
export function attemptOf(directory: string): { jobId: string; attempt: number } {
  const [, jobId = '', attempt = '0'] = /^(.+)-(\d+)(?:\/|$)/.exec(directory) ?? [];
  return { jobId, attempt: Number(attempt) };
}
