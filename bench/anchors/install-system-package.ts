import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Skipped } from '../figure.ts';

const run = promisify(execFile);
/** Debian asks this file whether an installed server may be started: the bench starts its own. */
const POLICY = '/usr/sbin/policy-rc.d';

/**
 * Installs a server of Debian's, without starting it.
 * @throws Skipped where this is no Debian, or not root's
 */
export async function installSystemPackage(name: string): Promise<void> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Skipped(`there is no ${name}, and only root on Debian can install it from here`);
  }
  const asksNobody = !existsSync(POLICY);
  if (asksNobody) {
    await writeFile(POLICY, '#!/bin/sh\nexit 101\n');
    await chmod(POLICY, 0o755);
  }
  try {
    const install = ['install', '-y', '--no-install-recommends', name];
    await apt(install).catch(async () => {
      // The lists of a fresh machine are empty.
      await apt(['update']);
      await apt(install);
    });
  } catch (thrown: unknown) {
    const why = thrown instanceof Error ? thrown.message.split('\n', 1)[0] : String(thrown);
    throw new Skipped(`apt-get cannot install ${name} (${why})`);
  } finally {
    if (asksNobody) await rm(POLICY);
  }
}

async function apt(args: readonly string[]): Promise<void> {
  await run('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 50_000_000,
  });
}
