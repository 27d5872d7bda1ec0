import type { WireFacts, WireJob } from '../../core/job-wire.ts';
import { formatFacts } from '../render/format-facts.ts';
import { formatSize } from '../../core/format-figures.ts';
import { formatTook } from '../render/format-took.ts';
import { formatUri } from '../render/format-uri.ts';
import type { Paper } from '../render/paper.ts';
import { renderFields, type Field } from '../render/render-fields.ts';
import { workedMilliseconds } from '../render/worked-milliseconds.ts';

/** What the demo has achieved: where the output is, what it is, what it took. */
export function renderDemoResult(job: WireJob, paper: Paper): string {
  const output = job.result?.outputs[0];
  const source = job.result?.source ?? null;
  const took = workedMilliseconds(job);
  const fields: readonly Field[] = [
    ['Output', formatUri(output?.uri ?? job.dest_path)],
    ['Source', source === null ? null : formatFacts(source)],
    ['Result', output === undefined ? null : formatFacts(output)],
    ['Size', source === null || output === undefined ? null : formatSaving(source, output)],
    ['Took', took === null ? null : formatTook(took, output?.duration)],
  ];
  return renderFields(fields, paper);
}

function formatSaving(source: WireFacts, output: WireFacts): string {
  const share = Math.round((output.size / Math.max(source.size, 1)) * 100);
  return `${formatSize(source.size)} → ${formatSize(output.size)} (${share < 1 ? '< 1' : share} %)`;
}
