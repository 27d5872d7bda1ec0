import { join } from 'node:path';
import type { NomRequest, NomResult, Nommer } from '../../../src/core/nommer.ts';

const FACTS = { size: 1, format: 'x', duration: 1, bitRate: null, video: null, audio: null };

export const NO_PROGRESS = {
  percent: null,
  fps: null,
  speed: null,
  outSeconds: null,
  etaSeconds: null,
  pass: 1,
  passes: 1,
  bytes: null,
  totalBytes: null,
};

/** Encodes until it is told how to end, and notes that it was stopped. */
export class HeldNommer implements Nommer {
  readonly started = Promise.withResolvers<NomRequest>();
  readonly end = Promise.withResolvers<void>();
  stopped = false;
  isDeaf = false;

  async nom(request: NomRequest): Promise<NomResult> {
    this.started.resolve(request);
    const aborted = new Promise<never>((_resolve, reject) => {
      request.signal.addEventListener('abort', () => {
        if (this.isDeaf) return;
        this.stopped = true;
        reject(request.signal.reason as Error);
      });
    });
    await Promise.race([this.end.promise, aborted]);
    return { source: FACTS, outputs: [{ file: join(request.workDir, 'out'), facts: FACTS }] };
  }
}
