import { once } from 'node:events';
import { stat, symlink } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Nommer, NomRequest } from '../../core/nommer.ts';
import { isWeaker, type ContainmentLevel } from '../../core/containment-levels.ts';
import { NommerError } from '../../core/errors.ts';
import { limitsFrom, type FFmpegLimitSettings } from './containment/limits.ts';
import { encode, type FFmpegResult } from './encode.ts';
import {
  askCapabilities,
  type FFmpegCapabilities,
  type FFmpegPrograms,
} from './ffmpeg-capabilities.ts';
import { planPasses } from './plan-passes.ts';

export interface FFmpegNommerSettings extends FFmpegPrograms, FFmpegLimitSettings {
  /** After so many seconds without progress FFmpeg is killed. */
  readonly ffmpegStallSeconds: number;
  /** With less than this FFmpeg is not run; default `none`. */
  readonly ffmpegContainment?: ContainmentLevel;
}

/**
 * Encodes with FFmpeg: `options` is a list of passes (see `parseFFmpegOptions`). All but the last pass
 * write to /dev/null; the last one makes the output.
 */
export class FFmpegNommer implements Nommer {
  readonly #settings: FFmpegNommerSettings;
  #capabilities: Promise<FFmpegCapabilities> | undefined;

  constructor(settings: FFmpegNommerSettings) {
    this.#settings = settings;
  }

  /**
   * Asks FFmpeg what it can do, once; the first job does it where nobody did before.
   * @throws NommerError FFMPEG_MISSING; BAD_SETTING where the machine cannot contain FFmpeg as wanted
   */
  prepare(): Promise<FFmpegCapabilities> {
    this.#capabilities ??= this.#ask().catch((thrown: unknown) => {
      // Somebody may install it without restarting the node.
      this.#capabilities = undefined;
      throw thrown;
    });
    return this.#capabilities;
  }

  async #ask(): Promise<FFmpegCapabilities> {
    const settings = this.#settings;
    const capabilities = await askCapabilities(settings, limitsFrom(settings));
    const { level, lacking } = capabilities.containment;
    const wanted = settings.ffmpegContainment ?? 'none';
    if (!isWeaker(level, wanted)) return capabilities;
    const message = `FFMPEG_CONTAINMENT is ${wanted}, and this machine has only ${level}: ${lacking.join('; ')}`;
    // A node that finds it out only with its first job leaves that to others.
    throw new NommerError('BAD_SETTING', message, { retryable: true });
  }

  async nom(request: NomRequest): Promise<FFmpegResult> {
    request.signal.throwIfAborted();
    const capabilities = await unlessAborted(this.prepare(), request.signal);
    const source = nameSource(request.source);
    const plan = planPasses(request, source, capabilities);
    plan.told.forEach((change) => request.onTranslated(change));
    await symlink(request.source, join(request.workDir, source));
    const stallSeconds = this.#settings.ffmpegStallSeconds;
    const { size: sourceBytes } = await stat(request.source);
    return encode({ request, plan, source, sourceBytes, capabilities, stallSeconds });
  }
}

/** By these alone FFmpeg takes a document, which may name other files, for a picture, past all format lists. */
const SVG = new Set(['.svg', '.svgz']);

/** Waits for what goes on for other jobs, too, but no longer than this one is wanted. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const over = new AbortController();
  const aborted = once(signal, 'abort', { signal: over.signal }).then(() => {
    throw signal.reason;
  });
  aborted.catch(() => {});
  try {
    return await Promise.race([work, aborted]);
  } finally {
    over.abort();
  }
}

/**
 * FFmpeg sees the source by a link of this name, so that no name of a user's reaches it: one with a
 * pattern (`%d.jpg`) would make it read other files, and one with a path would show in messages. The
 * extension stays, because some formats are known by nothing else.
 */
function nameSource(path: string): string {
  const [extension = ''] = /^\.[a-z0-9]{1,10}$/i.exec(extname(path)) ?? [];
  const lower = extension.toLowerCase();
  return SVG.has(lower) ? 'source' : `source${lower}`;
}
