import { isFinishedState } from '../../core/job-states.ts';
import type { WireDelivery, WireJob } from '../../core/job-wire.ts';
import type { JsonValue } from '../../core/json.ts';
import { jobLine } from '../progress/job-line.ts';
import { displayWidth } from './display-width.ts';
import { formatFacts } from './format-facts.ts';
import { formatAge } from '../../core/format-figures.ts';
import { formatTook } from './format-took.ts';
import { formatUri, nameOfUri } from './format-uri.ts';
import { jobStateTone } from './job-state-tone.ts';
import type { Paper } from './paper.ts';
import { printable } from './printable.ts';
import { renderFields, type Field } from './render-fields.ts';
import { inOrder, receiverOf } from './render-notification-list.ts';
import { shortId } from './short-id.ts';
import { workedMilliseconds } from './worked-milliseconds.ts';

const MAX_DELIVERIES = 5;

/** Everything worth knowing of one job. */
export function renderJob(job: WireJob, paper: Paper, now: number): string {
  const { paint } = paper;
  const name = nameOfUri(job.source_path);
  const width = Math.min(paper.width, 100);
  const title = isFinishedState(job.job_state)
    ? `${paint('strong', name)}  ${paint(jobStateTone(job.job_state), job.job_state)}`
    : jobLine(job, { label: name, labelWidth: displayWidth(name) }, { paint, width });

  const source = job.result?.source ?? null;
  const took = workedMilliseconds(job);
  const fields: Field[] = [
    ['Job', job.unique_id],
    ['Why', job.job_state === 'FINISHED' ? null : whyOf(job)],
    ['Source', formatUri(job.source_path)],
    ['', source === null ? null : formatFacts(source)],
    ...(job.result?.outputs ?? []).flatMap((output): Field[] => [
      ['Output', formatUri(output.uri)],
      ['', formatFacts(output)],
    ]),
    ...(job.result === null ? [['Output', formatUri(job.dest_path)] as const] : []),
    ['Submitted', `${formatAge(job.creation_dtime, now)} (${job.creation_dtime})`],
    ['Took', took === null ? null : formatTook(took, job.result?.outputs[0]?.duration)],
    ['Node', job.node_id],
    ['Attempt', job.attempt > 1 ? formatAttempt(job) : null],
    ['Nommer', job.job_options.nommer],
    ...job.translated.map((note): Field => ['Changed', printable(note)]),
    ...formatDeliveries(job, now),
    ...Object.entries(job.metadata).map(([key, value]): Field => [
      printable(key),
      printable(metadataText(value)),
    ]),
  ];
  return `${title}\n\n${renderFields(fields, paper)}`;
}

function whyOf({ job_state_details: details, error_code: code }: WireJob): string | null {
  if (details === null) return code;
  return printable(code === null ? details : `${details} (${code})`);
}

function formatAttempt({ attempt, failures }: WireJob): string {
  if (failures === 0) return String(attempt);
  return `${attempt}, after ${failures === 1 ? '1 failure' : `${failures} failures`}`;
}

/** The latest ones: a receiver may hear of every state. */
function formatDeliveries(job: WireJob, now: number): readonly Field[] {
  const url = printable(receiverOf(job) ?? '');
  const all = inOrder(job.deliveries);
  const latest = all.slice(-MAX_DELIVERIES);
  const earlier = all.length - latest.length;
  return [
    ...latest.map((each): Field => ['Notified', formatDelivery(each, url, now)]),
    ...(earlier === 0
      ? []
      : [
          [
            '',
            `and ${earlier} before: media-nommer notifications ${shortId(job.unique_id)}`,
          ] as const,
        ]),
  ];
}

function formatDelivery(delivery: WireDelivery, url: string, now: number): string {
  const { outcome, tries, last_error: lastError, at, type, job_state } = delivery;
  const state = type === 'job.progress' ? 'progress' : job_state;
  const when = formatAge(at, now);
  const error = lastError === null ? '' : `: ${printable(lastError)}`;
  switch (outcome) {
    case 'delivered':
      return `${state} ${when}  ${url}`;
    case 'given-up':
      return `${state} given up ${when} after ${tries} tries  ${url}${error}`;
    case 'pending':
      return tries === 0
        ? `${state} not yet  ${url}`
        : `${state} not yet, try ${tries + 1} ${when}  ${url}${error}`;
  }
}

function metadataText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
