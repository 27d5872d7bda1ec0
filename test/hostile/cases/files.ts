import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import type { Ground } from '../ground.ts';
import { failed, refused, THE_CLIP, type HostileCase, type Told } from '../hostile-case.ts';

const run = promisify(execFile);
const OUTSIDE = /is outside FILE_ROOTS/;

/** @param path what follows file:// */
function source(
  name: string,
  tries: string,
  path: (ground: Ground) => string,
  told: Told,
): HostileCase {
  return { name, tries, make: (ground) => ({ source_path: `file://${path(ground)}` }), told };
}

function dest(
  name: string,
  tries: string,
  path: (ground: Ground) => string,
  told: Told,
): HostileCase {
  return { name, tries, make: (ground) => ({ dest_path: `file://${path(ground)}` }), told };
}

function link(
  name: string,
  tries: string,
  [file, to]: readonly [string, (ground: Ground) => string],
  told: Told,
): HostileCase {
  return {
    name,
    tries,
    make: async (ground) => {
      await symlink(to(ground), ground.path(file));
      return { source_path: ground.uri(file) };
    },
    told,
  };
}

export const FILES: readonly HostileCase[] = [
  source(
    'steps up',
    'leave FILE_ROOTS',
    ({ here }) => `${here.dir}/media/../outside/secret.srt`,
    refused('BAD_URI', /may not contain "\.\."/),
  ),
  source(
    'steps up in escapes',
    'leave FILE_ROOTS',
    ({ here }) => `${here.dir}/media/%2e%2e/outside/secret.srt`,
    refused('BAD_URI', /may not contain "\.\."/),
  ),
  source(
    'steps up in double escapes',
    'leave FILE_ROOTS',
    ({ here }) => `${here.dir}/media/%252e%252e/outside/secret.srt`,
    failed('SOURCE_NOT_FOUND', /source_path does not exist/),
  ),
  source(
    'a NUL',
    'cut the path short',
    ({ here }) => `${here.dir}/outside/secret.srt%00.mp4`,
    refused('BAD_URI', /contains a NUL character/),
  ),
  source(
    'a host',
    'reach a share of another machine',
    ({ secrets }) => `server${secrets.text}`,
    refused('BAD_URI', /must be file:\/\/\/ and an absolute path/),
  ),
  source(
    'another root',
    'read any file',
    ({ secrets }) => secrets.text,
    refused('SOURCE_FORBIDDEN', OUTSIDE),
  ),
  source(
    'the password file',
    'read a file of the system',
    () => '/etc/passwd',
    refused('SOURCE_FORBIDDEN', OUTSIDE),
  ),
  source(
    'the environment',
    "read nommerd's environment",
    () => '/proc/self/environ',
    refused('SOURCE_FORBIDDEN', OUTSIDE),
  ),
  source(
    'an endless device',
    'fill the disk',
    () => '/dev/zero',
    refused('SOURCE_FORBIDDEN', OUTSIDE),
  ),
  source(
    "another job's source",
    'read what another job has fetched',
    ({ secrets }) => secrets.video,
    failed('SOURCE_FORBIDDEN', /is inside DATA_DIR/),
  ),
  source(
    "the jobs' own file",
    'read all jobs',
    ({ here }) => `${here.dir}/data/media-nommer.sqlite`,
    failed('SOURCE_FORBIDDEN', /is inside DATA_DIR/),
  ),
  link(
    'a link out',
    'leave FILE_ROOTS',
    ['out-of-here.mp4', ({ secrets }) => secrets.text],
    failed('SOURCE_FORBIDDEN', OUTSIDE),
  ),
  link(
    'a link to the environment',
    "read nommerd's environment",
    ['environ.mp4', () => '/proc/self/environ'],
    failed('SOURCE_FORBIDDEN', OUTSIDE),
  ),
  link(
    'a link to an open file',
    'read what nommerd has open',
    ['fd.mp4', () => '/proc/self/fd/0'],
    failed('SOURCE_FORBIDDEN', OUTSIDE),
  ),
  link(
    'a link to itself',
    'be resolved for ever',
    ['round.mp4', ({ here }) => here.path('media/round.mp4')],
    failed('SOURCE_FORBIDDEN', /cannot be read \(ELOOP\)/),
  ),
  link(
    "a link to another job's source",
    'read what another job has fetched',
    ['other.ts', ({ secrets }) => secrets.video],
    failed('SOURCE_FORBIDDEN', /is inside DATA_DIR/),
  ),
  {
    name: 'a folder linked out',
    tries: 'leave FILE_ROOTS by a folder',
    make: async (ground) => {
      await symlink(ground.here.path('outside'), ground.path('door'));
      return { source_path: ground.uri('door/secret.srt') };
    },
    told: failed('SOURCE_FORBIDDEN', OUTSIDE),
  },
  {
    name: 'a pipe',
    tries: 'keep the node waiting for ever',
    make: async (ground) => {
      await run('mkfifo', [ground.path('pipe.mp4')]);
      return { source_path: ground.uri('pipe.mp4') };
    },
    told: failed('SOURCE_FORBIDDEN', /is not a regular file/),
  },
  {
    name: 'a socket',
    tries: 'have it talked to',
    make: async (ground) => {
      const server = createServer().listen(ground.path('socket.mp4'));
      await once(server, 'listening');
      server.unref();
      return { source_path: ground.uri('socket.mp4') };
    },
    told: failed('SOURCE_FORBIDDEN', /is not a regular file/),
  },
  {
    name: 'a folder',
    tries: 'have it read as a file',
    make: async (ground) => {
      await mkdir(ground.path('folder.mp4'));
      return { source_path: ground.uri('folder.mp4') };
    },
    told: failed('SOURCE_FORBIDDEN', /is not a regular file/),
  },
  dest(
    'an output outside',
    'write a file of the system',
    () => '/etc/cron.d/job',
    refused('DEST_FORBIDDEN', OUTSIDE),
  ),
  dest(
    'an output to a device',
    'write to a device',
    () => '/dev/shm/out.mp4',
    refused('DEST_FORBIDDEN', OUTSIDE),
  ),
  dest(
    "an output among the jobs'",
    'change what the jobs are kept in',
    ({ here }) => `${here.dir}/data/media-nommer.sqlite`,
    failed('DEST_FORBIDDEN', /is inside DATA_DIR/),
  ),
  dest(
    'an output over its source',
    'destroy the source',
    ({ here }) => `${here.dir}/media/./clip.mp4`,
    refused('BADINPUT', /dest_path is where the source is/),
  ),
  {
    name: 'an output through a folder',
    tries: 'leave FILE_ROOTS by a link',
    make: async (ground) => {
      await symlink(ground.here.path('outside'), ground.path('exit'));
      return { dest_path: ground.uri('exit/new.mp4') };
    },
    told: failed('DEST_FORBIDDEN', OUTSIDE),
  },
  {
    name: 'an output over a link',
    tries: 'write through it',
    make: async (ground) => {
      await symlink(ground.secrets.text, ground.path('out/over-a-link.mp4'));
      return { output: 'over-a-link.mp4' };
    },
    told: THE_CLIP,
  },
  {
    name: 'an output over a pipe',
    tries: 'keep the node waiting for a reader',
    make: async (ground) => {
      await run('mkfifo', [ground.path('waiting.mp4')]);
      return { dest_path: ground.uri('waiting.mp4') };
    },
    told: failed('DEST_FORBIDDEN', /is not a regular file/),
  },
  {
    name: 'an output below a file',
    tries: 'make a folder of a file',
    make: async (ground) => {
      await writeFile(ground.path('file'), 'x');
      return { dest_path: ground.uri('file/new.mp4') };
    },
    told: failed('DEST_FORBIDDEN', /dest_path does not exist/),
  },
];
