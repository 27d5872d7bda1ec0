import { NommerError } from '../../core/errors.ts';
import { probe, type ProbeSetup } from './probe.ts';
import type { PlannedPass } from './plan-passes.ts';
import type { ProbedMedia } from './read-probe.ts';

/**
 * The facts of a source; null when they cannot be had although FFmpeg may be able to read it.
 * @throws NommerError SOURCE_NOT_MEDIA with ffprobe's own line
 */
export async function probeSource(
  source: string,
  passes: readonly PlannedPass[],
  setup: ProbeSetup,
): Promise<ProbedMedia | null> {
  // What a source of raw samples is, only the job's options tell.
  const told = passes.some(({ pass }) => pass.infileOptions.some(([name]) => name === 'f'));
  if (told) return null;
  const answer = await probe(source, setup);
  if (answer.media?.hasMedia) return answer.media;
  if (answer.media === undefined && !answer.refused) return null;
  const reason = (answer.media === undefined ? answer.errorLine : null) ?? 'no video, no audio';
  throw new NommerError('SOURCE_NOT_MEDIA', `FFmpeg finds no media in the source: ${reason}`);
}
