import { NommerError } from '../../../src/core/errors.ts';
import type { Installation } from '../installation.ts';

/** A node's disk: which directories there are. */
export class SimWorkSpace {
  readonly directories = new Set<string>();
  readonly #installation: Installation;

  constructor(installation: Installation) {
    this.#installation = installation;
  }

  async make(name: string): Promise<string> {
    const { world, troubles, facts } = this.#installation;
    if (world.random.chance(troubles.media / 10)) {
      const { jobId, attempt } = attemptOf(name);
      facts.failed(jobId, attempt, 'no room for its directory');
      throw new NommerError('DISK_FULL', 'no room');
    }
    this.directories.add(name);
    return name;
  }

  async signLife(): Promise<void> {}

  async remove(dir: string): Promise<void> {
    for (const each of this.directories) {
      if (each === dir || each.startsWith(`${dir}/`)) this.directories.delete(each);
    }
  }
}

/** Whose directory it is: `job-1-2/work` is one of attempt 2 of job-1. */
export function attemptOf(directory: string): { jobId: string; attempt: number } {
  const [, jobId = '', attempt = '0'] = /^(.+)-(\d+)(?:\/|$)/.exec(directory) ?? [];
  return { jobId, attempt: Number(attempt) };
}
