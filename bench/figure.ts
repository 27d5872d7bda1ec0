/** One measurement: a figure of media-nommer against its anchor, measured in turn in the same run. */
export interface Figure {
  /** As docs/performance.md and the command line name it: P1, P2, … */
  readonly id: string;
  readonly title: string;
  readonly measure: () => Promise<Measurement>;
}

export interface Measurement {
  readonly unit: string;
  readonly anchor: { readonly name: string; readonly samples: readonly number[] };
  readonly ours: { readonly name: string; readonly samples: readonly number[] };
  /** What is compared with `reach`: a ratio, or a difference in the unit. */
  readonly result: { readonly text: string; readonly value: number };
  readonly reach: string;
}

export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Runs two things in turn, A B A B …, after one warm-up of each. @returns what each returned */
export async function inTurn(
  rounds: number,
  a: () => Promise<number>,
  b: () => Promise<number>,
): Promise<{ a: number[]; b: number[] }> {
  await a();
  await b();
  const samples: { a: number[]; b: number[] } = { a: [], b: [] };
  for (let round = 0; round < rounds; round += 1) {
    samples.a.push(await a());
    samples.b.push(await b());
  }
  return samples;
}
