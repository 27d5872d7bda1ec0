import { readFileSync } from 'node:fs';
import { availableParallelism, release, totalmem } from 'node:os';

/** What one attempt may use, at most. */
export interface FFmpegLimits {
  /** After so many seconds the attempt ends. */
  readonly maxSeconds: number;
  /** Bytes of memory that one process may have. */
  readonly maxMemoryBytes: number;
  /** Bytes that one file may get. */
  readonly maxOutputBytes: number;
}

/** As settings give them; what is left out has a default. */
export interface FFmpegLimitSettings {
  /** Seconds that one attempt may take; default a day. */
  readonly ffmpegMaxSeconds?: number;
  /** Bytes of memory that FFmpeg may take; default three quarters of the machine's. */
  readonly ffmpegMaxMemoryBytes?: number | undefined;
  /** Bytes that an output may have; default 1 TiB. */
  readonly ffmpegMaxOutputBytes?: number;
}

export function limitsFrom(settings: FFmpegLimitSettings): FFmpegLimits {
  return {
    maxSeconds: settings.ffmpegMaxSeconds ?? 86_400,
    maxMemoryBytes: settings.ffmpegMaxMemoryBytes ?? defaultMemoryBytes(),
    maxOutputBytes: settings.ffmpegMaxOutputBytes ?? 2 ** 40,
  };
}

const MIB = 2 ** 20;
const MEMORY_SHARE = 0.75;
/** An encode of 1080p needs some hundred MiB; what is less than this fits no node. */
const MIN_MEMORY_BYTES = 512 * MIB;
const OPEN_FILES = 1024;

/** Three quarters of what the machine, or this container of it, has. */
function defaultMemoryBytes(): number {
  // What the cgroup does not limit, it tells as more than there is.
  const available = Math.min(totalmem(), process.constrainedMemory() || Infinity);
  return Math.max(MIN_MEMORY_BYTES, Math.floor(available * MEMORY_SHARE));
}

/**
 * Threads that FFmpeg may have: encoder, decoder and filters take up to three per core each. Since Linux
 * 5.14 those of a user namespace are counted alone; else the kernel counts all of the user's.
 */
export function maxProcesses(hasUserNamespace: boolean): number {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  const countedAlone = hasUserNamespace && (major > 5 || (major === 5 && minor >= 14));
  return countedAlone ? 512 + 16 * availableParallelism() : 8192;
}

/**
 * What `prlimit` takes. Memory is limited as data, what a process may write to and shares with nobody:
 * FFmpeg's address space is many times as large (a reserved heap and a stack for each thread), so that
 * has a wide limit of its own, against memory that is shared.
 */
export function prlimitArgs(limits: FFmpegLimits, processes: number): readonly string[] {
  const cores = availableParallelism();
  const wanted = [
    ['data', 'data size', limits.maxMemoryBytes],
    ['as', 'address space', 2 * limits.maxMemoryBytes + 512 * MIB * cores],
    ['fsize', 'file size', limits.maxOutputBytes],
    // The attempt's time is up sooner; this holds where nobody is left to look at it.
    ['cpu', 'cpu time', Math.ceil(limits.maxSeconds) * cores],
    ['nproc', 'processes', processes],
    ['nofile', 'open files', OPEN_FILES],
    ['core', 'core file size', 0],
    // An encoder that may, makes its threads go before all others of the machine.
    ['rtprio', 'realtime priority', 0],
  ] as const;
  const hard = hardLimits();
  return wanted.map(
    ([name, kernelName, limit]) => `--${name}=${Math.min(limit, hard.get(kernelName) ?? limit)}`,
  );
}

/** What is set for this process already, and may not be raised. By the kernel's names. */
function hardLimits(): ReadonlyMap<string, number> {
  const text = readFileSync('/proc/self/limits', 'utf8');
  const rows = text.matchAll(/^Max (.+?) {2,}\S+ +(\d+)/gm);
  return new Map(Array.from(rows, ([, name = '', hard]) => [name, Number(hard)]));
}
