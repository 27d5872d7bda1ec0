import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { link, lstat, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isErrnoException } from '../../core/errors.ts';
import type { DeadAttempts, UploadOptions } from '../../core/storage-backend.ts';
import { diskError } from '../disk-error.ts';
import { outputSize, refuseUnlessRegular } from '../output-size.ts';
import { untilAborted } from '../until-aborted.ts';
import { copyFile, type CopyOptions } from './copy-file.ts';
import { fileError } from './file-error.ts';
import type { HeldFolder } from './file-roots.ts';

/** File systems that cannot flush a folder say so; those flush the rename with the file. */
const NO_FOLDER_SYNC = new Set(['EINVAL', 'ENOTSUP', 'ENOSYS', 'EISDIR', 'EPERM']);

/** The bits of a file's mode that make a program run as its owner or group. */
const SET_ID = 0o6000;

/**
 * Makes the local `file` visible at `dest`, whole or not at all: a hidden temporary name
 * beside it, flushed, renamed over whatever is there (over a link, not through it), the folder flushed.
 *
 * On the same file system the temporary name is a hard link: no byte is copied and the disk need not
 * hold a long output twice. That shares the file with the job's own directory, which is fine, because
 * the encoder has ended and that directory is deleted next.
 */
export async function publishFile(
  file: string,
  dest: FileDest,
  options: UploadOptions,
): Promise<void> {
  const bytes = await outputSize(file);
  const temporary = join(
    dest.folder.path,
    temporaryName(dest.path, options.jobId, options.attempt),
  );
  try {
    await asDest(dest, options, async () => {
      await fill(temporary, file, {
        ...options,
        totalBytes: bytes,
        sourceError: (thrown) => diskError(thrown, file),
        targetError: (thrown) => fileError(thrown, 'dest_path', dest.path),
      });
    });
    options.onProgress?.({ bytes, totalBytes: bytes });
    await untilAborted(options.beforePublish(), options.signal);
    await asDest(dest, options, async () => {
      options.signal.throwIfAborted();
      await rename(temporary, join(dest.folder.path, basename(dest.path)));
      await flushFolder(dest.folder.handle);
    });
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw thrown;
  }
}

/** What killed nodes left of this output. Names can be reckoned, so even a huge folder is not listed. */
export async function removeLeftovers(
  dest: FileDest,
  { jobId, attempts }: Pick<DeadAttempts, 'jobId' | 'attempts'>,
): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const name = temporaryName(dest.path, jobId, attempt);
    await rm(join(dest.folder.path, name), { force: true });
  }
}

/** The temporary names in a folder, of all jobs. */
export async function unfinishedIn(folder: HeldFolder): Promise<readonly Unfinished[]> {
  const names = await readdir(folder.path);
  return names.flatMap((name) => {
    const [, jobId] = TEMPORARY_NAME.exec(name) ?? [];
    return jobId === undefined ? [] : { name, jobId };
  });
}

interface Unfinished {
  readonly name: string;
  readonly jobId: string;
}

export interface FileDest {
  readonly folder: HeldFolder;
  /** As its submitter wrote it. */
  readonly path: string;
}

/** Errors of the disk become the destination's; those of `beforePublish` stay what they are. */
async function asDest(
  dest: FileDest,
  { signal }: UploadOptions,
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (thrown) {
    signal.throwIfAborted();
    throw fileError(thrown, 'dest_path', dest.path);
  }
}

const TEMPORARY_NAME = /^\.media-nommer\.([a-z0-9_-]+)\.[0-9a-f]{12}\.\d+\.part$/i;

/** Hidden, never longer than a name may be, and another for every output, job and attempt. */
function temporaryName(path: string, jobId: string, attempt: number): string {
  const which = createHash('sha256').update(`${jobId}\0${path}`).digest('hex').slice(0, 12);
  const job = jobId.replace(/[^a-z0-9_-]/gi, '_').slice(0, 80);
  return `.media-nommer.${job}.${which}.${attempt}.part`;
}

/** Puts the output at `temporary`, down to the disk. */
async function fill(temporary: string, file: string, options: CopyOptions): Promise<void> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const source = await open(file, flags).catch((thrown: unknown) => {
    throw options.sourceError(thrown);
  });
  try {
    refuseUnlessRegular(await source.stat(), file);
    await dropPrivileges(source);
    if (!(await linked(file, source, temporary))) await copyFile(source, temporary, options);
  } finally {
    await source.close();
  }
  const written = await open(temporary, 'r');
  try {
    await untilAborted(written.sync(), options.signal);
  } finally {
    written.close().catch(() => {}); // not waited for: an abort must not wait for a flush under way
  }
}

/** A hijacked encoder could make of its output a program that runs as this node's user, whoever starts it. */
async function dropPrivileges(output: FileHandle): Promise<void> {
  const { mode } = await output.stat();
  if ((mode & SET_ID) !== 0) await output.chmod(mode & 0o777);
}

/** Links `temporary` to `file` where that can be, and to that very file, not to a link in its place. */
async function linked(file: string, source: FileHandle, temporary: string): Promise<boolean> {
  try {
    await link(file, temporary);
  } catch {
    return false; // another file system, or one without links: copying works, or tells why not
  }
  const [there, wanted] = await Promise.all([lstat(temporary), source.stat()]);
  if (there.ino === wanted.ino && there.dev === wanted.dev) return true;
  await rm(temporary, { force: true });
  return false;
}

async function flushFolder(folder: FileHandle): Promise<void> {
  try {
    await folder.sync();
  } catch (thrown) {
    if (!isErrnoException(thrown) || !NO_FOLDER_SYNC.has(thrown.code)) throw thrown;
  }
}
