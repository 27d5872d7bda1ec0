import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ended, waitFor } from '../../test/process/installation.ts';
import { Skipped } from '../figure.ts';
import { installSystemPackage } from './install-system-package.ts';

const run = promisify(execFile);
const PROGRAMS = '/usr/lib/postgresql';

export interface Postgres {
  /** Folder of the socket. */
  readonly host: string;
  readonly user: string;
  readonly database: string;
  close(): Promise<void>;
}

export interface PostgresPrograms {
  readonly initdb: string;
  readonly server: string;
}

/** Debian's PostgreSQL: its newest version, not in PATH. */
export async function findPostgres(): Promise<PostgresPrograms | undefined> {
  const versions = (await readdir(PROGRAMS).catch(() => [])).toSorted(
    (a, b) => Number(b) - Number(a),
  );
  return versions
    .map((version) => join(PROGRAMS, version, 'bin'))
    .map((dir) => ({ initdb: join(dir, 'initdb'), server: join(dir, 'postgres') }))
    .find(({ initdb, server }) => existsSync(initdb) && existsSync(server));
}

/** A cluster of its own with PostgreSQL's defaults, on a socket alone. @throws Skipped */
export async function startPostgres(): Promise<Postgres> {
  if ((await findPostgres()) === undefined) await installSystemPackage('postgresql');
  const programs = await findPostgres();
  if (programs === undefined) throw new Skipped('there is no PostgreSQL, even after installing it');
  // Paths of sockets are short: not in TMPDIR, which may be long.
  const dir = await mkdtemp('/tmp/media-nommer-postgres-');
  const [prefix = 'env', ...rest] = await asWhom(dir);
  const data = join(dir, 'data');
  const user = 'bench';
  await run(prefix, [
    ...[...rest, programs.initdb, '-D', data, '-U', user],
    ...['--auth=trust', '--encoding=UTF8', '--locale=C'],
  ]);
  const server = spawn(
    prefix,
    [...rest, programs.server, '-D', data, '-k', dir, '-c', 'listen_addresses='],
    { stdio: 'ignore' },
  );
  const socket = join(dir, '.s.PGSQL.5432');
  await waitFor('PostgreSQL to listen', () => Promise.resolve(existsSync(socket)));
  return {
    host: dir,
    user,
    database: 'postgres',
    async close() {
      // Fast shutdown: open connections are ended.
      server.kill('SIGINT');
      await ended(server);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root. @returns what runs a program as somebody who owns `dir` */
async function asWhom(dir: string): Promise<readonly string[]> {
  if (process.getuid?.() !== 0) return ['env'];
  const users = await readFile('/etc/passwd', 'utf8');
  const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+):/m.exec(users) ?? [];
  if (uid === undefined || gid === undefined) throw new Skipped('there is no user postgres');
  await chown(dir, Number(uid), Number(gid));
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--'];
}
