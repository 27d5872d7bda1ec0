import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { NommerError } from '../../core/errors.ts';
import type { Output } from './choose-output.ts';
import { probe, type ProbeAhead, type ProbeSetup } from './probe.ts';
import type { ProbedMedia } from './read-probe.ts';
import { UNPROBED_MUXERS } from './source-formats.ts';

/**
 * The facts of the output.
 * @param ahead an ffprobe that was started before, if any
 * @throws NommerError OUTPUT_INCOMPLETE when there is nothing to play; ENCODE_CRASHED when ffprobe cannot tell
 */
export async function probeOutput(
  output: Output,
  setup: ProbeSetup,
  ahead: ProbeAhead | undefined,
): Promise<ProbedMedia> {
  ahead?.start(output.name);
  // A link in its place is looked at, not followed: it may lead to what is not the job's.
  const stats = await lstat(join(setup.workDir, output.name)).catch(() => undefined);
  if (stats?.isFile() !== true) throw incomplete('FFmpeg made no output file');
  if (stats.size === 0) throw incomplete('The output is empty: the options leave nothing to write');
  const container = output.muxer ?? output.name.slice(output.name.lastIndexOf('.') + 1);
  if (UNPROBED_MUXERS.test(container)) return unprobed(container, stats.size);

  const early = await ahead?.answer;
  const answer = early?.media ? early : await probe(output.name, setup);
  if (answer.media?.hasMedia) {
    return { ...answer.media, facts: { ...answer.media.facts, size: stats.size } };
  }
  if (answer.media === undefined && !answer.refused) {
    const message = 'ffprobe was killed, or could not be started, before it had seen the output';
    throw new NommerError('ENCODE_CRASHED', message);
  }
  const reason = (answer.media === undefined ? answer.errorLine : null) ?? 'no video, no audio';
  throw incomplete(`FFmpeg finds no media in the output it made: ${reason}`);
}

function unprobed(format: string, size: number): ProbedMedia {
  return {
    facts: { size, format, duration: null, bitRate: null, video: null, audio: null },
    hasMedia: true,
    videoSpan: null,
    audioSpan: null,
    startSeconds: 0,
    streams: 0,
  };
}

function incomplete(message: string): NommerError {
  return new NommerError('OUTPUT_INCOMPLETE', message);
}
