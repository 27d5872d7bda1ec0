/** One report of FFmpeg's `-progress`. Figures it does not tell yet are null. */
export interface ProgressBlock {
  readonly frame: number | null;
  readonly fps: number | null;
  /** Media time written. */
  readonly outSeconds: number | null;
  /** Bytes written. */
  readonly totalSize: number | null;
  /** Media seconds per second. */
  readonly speed: number | null;
  /** Whether this is the last report of the run. */
  readonly ended: boolean;
}

/** What a block is made of. Keys without end, from an FFmpeg gone wrong, must not fill the memory. */
const KEYS = /^(?:frame|fps|total_size|out_time_us|out_time_ms|speed)$/;

/** Reads `key=value` lines; a line `progress=…` ends a block. Unknown keys are ignored. */
export class ProgressReader {
  readonly #onBlock: (block: ProgressBlock) => void;
  #values = new Map<string, string>();

  constructor(onBlock: (block: ProgressBlock) => void) {
    this.#onBlock = onBlock;
  }

  read(line: string): void {
    const [, key, value] = /^(\w+)=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === undefined || value === undefined) return;
    if (key !== 'progress') {
      if (KEYS.test(key)) this.#values.set(key, value);
      return;
    }
    const values = this.#values;
    this.#values = new Map();
    // `out_time_ms` holds microseconds too; old versions have nothing else.
    const outMicroseconds = figure(values.get('out_time_us') ?? values.get('out_time_ms'));
    this.#onBlock({
      frame: figure(values.get('frame')),
      fps: figure(values.get('fps')) || null,
      outSeconds: outMicroseconds === null ? null : Math.max(0, outMicroseconds / 1e6),
      totalSize: figure(values.get('total_size')),
      speed: figure(values.get('speed')?.replace(/x$/, '')) || null,
      ended: value === 'end',
    });
  }
}

function figure(text: string | undefined): number | null {
  if (text === undefined || text === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
