import { NommerError } from '../../../src/core/errors.ts';
import type { Nommer } from '../../../src/core/nommer.ts';
import type { Installation } from '../installation.ts';
import { SimProcess } from '../world/sim-process.ts';
import { attemptOf } from './work-space.ts';

export const NOMMER = 'Simulated';
const STEP_MS = 4000;
const MAX_STEPS = 1000;

/** Encodes nothing, for as long as its job's plan says, and fails as that says. */
export function nommerFor(process: SimProcess, installation: Installation): Nommer {
  const { plans, facts, judge } = installation;
  return {
    async nom({ workDir, signal, onProgress, onLog }) {
      const { jobId, attempt } = attemptOf(workDir);
      const plan = plans.get(jobId);
      if (plan === undefined) throw new Error(`no plan for ${jobId}`);
      // Marks what is stored of this attempt, so that it can be known in the wrong place.
      onLog(`attempt ${attempt}`);
      const stepMs = Math.max(STEP_MS, plan.encodeMs / MAX_STEPS);
      for (let doneMs = 0; doneMs < plan.encodeMs; doneMs += stepMs) {
        await process.clock.sleep(Math.min(stepMs, plan.encodeMs - doneMs), signal);
        signal.throwIfAborted();
        judge.tell('working', { jobId, attempt, by: process });
        onProgress(progressOf(doneMs / plan.encodeMs));
      }
      if (plan.luck === 'killer') {
        facts.count('a job kills its node');
        process.kill(`by ${jobId}`);
        return SimProcess.never;
      }
      const crashes = facts.crashes.get(jobId) ?? 0;
      if (plan.luck === 'bad') {
        facts.failed(jobId, attempt, 'cannot be encoded');
        throw new NommerError('ENCODE_FAILED', 'cannot be encoded');
      }
      if (plan.luck === 'poison' || (plan.luck === 'flaky' && crashes < plan.crashes)) {
        facts.crashes.set(jobId, crashes + 1);
        facts.failed(jobId, attempt, 'the encoder crashes');
        throw new NommerError('ENCODE_CRASHED', 'crashed');
      }
      return { source: null, outputs: [{ file: `${workDir}/out`, facts: factsOf(attempt) }] };
    },
  };
}

/** The size tells which attempt made it. */
function factsOf(attempt: number) {
  return { size: attempt, format: 'x', duration: 1, bitRate: null, video: null, audio: null };
}

function progressOf(part: number) {
  return {
    percent: 100 * part,
    fps: null,
    speed: null,
    outSeconds: null,
    etaSeconds: null,
    pass: 1,
    passes: 1,
    bytes: null,
    totalBytes: null,
  };
}
