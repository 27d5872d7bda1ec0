import { ExecaError } from 'execa';
import { NommerError, type ErrorCode } from '../../core/errors.ts';
import type { FFmpegLimits } from './containment/limits.ts';
import { limitReached } from './limit-reached.ts';
import { telling } from './error-line.ts';
import type { FFmpegEnd } from './run-ffmpeg.ts';

interface Explanation {
  readonly line: RegExp;
  readonly code?: ErrorCode;
  readonly advice?: string;
}

/** What FFmpeg's lines come to, and what a person can do about them. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    line: /not divisible by 2|must be even|integer multiple of the specified chroma/i,
    advice: 'Give -2 in the place of -1 in scale, or an even size.',
  },
  { line: /No space left on device|Disk quota exceeded/i, code: 'DISK_FULL' },
  {
    line: /Unable to (?:find|choose) (?:a suitable|an) output format/i,
    code: 'BAD_OPTION',
    advice: 'Give the option f, or a dest_path with an extension that FFmpeg knows.',
  },
  { line: /^Unrecognized option/, code: 'BAD_OPTION' },
  { line: /matches no streams/, advice: 'A "?" at the end of the map makes it optional.' },
  {
    line: /Output file #?\S* ?does not contain any stream/,
    advice: 'The source has nothing of the kind that the options keep.',
  },
];

/** Whether FFmpeg could not write all of the output, though it may have exited with 0. */
const LOST_OUTPUT =
  /No space left on device|Disk quota exceeded|Error writing trailer|Error closing file/;

/** @returns why the run failed, or undefined when it did not */
export function explainFailure(end: FFmpegEnd, limits: FFmpegLimits): NommerError | undefined {
  const line = telling(end.errorLines);
  if (end.stalledSeconds !== null) {
    const seconds = end.stalledSeconds;
    return failure(
      'ENCODE_STALLED',
      `FFmpeg made no progress for ${seconds} s and was killed`,
      end,
    );
  }
  const limit = limitReached(end, limits);
  if (limit !== undefined) return failure('ENCODE_LIMIT', limit, end);
  if (end.signalName !== null) {
    const perhaps = end.signalName === 'SIGKILL' ? ': perhaps the machine ran out of memory' : '';
    return failure('ENCODE_CRASHED', `FFmpeg was killed by ${end.signalName}${perhaps}`, end);
  }
  if (end.exitCode === null) {
    return failure('INTERNAL', `The node could not start FFmpeg: ${reason(end.cause)}`, end);
  }
  if (end.complaint !== null) {
    return failure('ENCODE_CRASHED', `What contains FFmpeg failed: ${end.complaint}`, end);
  }
  // FFmpeg catches SIGTERM and SIGINT, and exits in order.
  const stopped = end.errorLines.findLast((one) => /received signal \d+/.test(one));
  if (end.exitCode !== 0 && stopped !== undefined) {
    return failure('ENCODE_CRASHED', 'FFmpeg was stopped from outside', end);
  }
  const lost = end.errorLines.findLast((one) => LOST_OUTPUT.test(one));
  if (end.exitCode === 0 && lost === undefined) return undefined;

  const words = (lost === undefined ? line : telling([lost])) ?? `exit code ${end.exitCode}`;
  const explanation = EXPLANATIONS.find((one) => one.line.test(words));
  const advice = explanation?.advice;
  const text = advice === undefined ? words : `${words.replace(/\.$/, '')}. ${advice}`;
  return failure(explanation?.code ?? 'ENCODE_FAILED', `FFmpeg: ${text}`, end);
}

function reason(cause: unknown): string {
  const text = cause instanceof ExecaError ? cause.originalMessage : undefined;
  return text?.split('\n', 1)[0] ?? String(cause);
}

function failure(code: ErrorCode, message: string, end: FFmpegEnd): NommerError {
  return new NommerError(code, message, { cause: end.cause });
}
