import type { WireNode } from '../../core/api-wire.ts';
import { formatAge, formatSpeed, plural } from '../../core/format-figures.ts';
import type { WireJob } from '../../core/job-wire.ts';
import { endLine } from '../progress/end-line.ts';
import { jobLine } from '../progress/job-line.ts';
import { labelJobs } from '../progress/label-jobs.ts';
import { renderBar } from '../progress/render-bar.ts';
import { byCreation } from '../list-open-jobs.ts';
import { cut, displayWidth, padEnd, shorten } from '../render/display-width.ts';
import type { Paper } from '../render/paper.ts';
import { printable } from '../render/printable.ts';
import type { FarmView } from './farm.ts';

export interface RenderedFarm {
  /** Stays at the top. */
  readonly head: readonly string[];
  /** May be longer than the terminal is high. */
  readonly body: readonly string[];
}

const NAME_WIDTH = 'Trouble'.length;
const MAX_WAITING = 5;
const MAX_ENDED = 8;
const SLOTS_BAR = 20;
const INDENT = '  ';

/** An installation as `top` shows it: figures, nodes with their jobs, what waits, what ended last. */
export function renderFarm(view: FarmView, paper: Paper): RenderedFarm {
  const waiting = view.open.filter(({ job_state }) => job_state === 'PENDING').toSorted(byCreation);
  const working = view.open.filter(({ job_state }) => job_state !== 'PENDING');
  return {
    head: renderHead(view, { waiting, working }, paper),
    body: [
      ...renderNodes(view, working, paper),
      ...renderWaiting(waiting, view.now, paper),
      ...renderEnded(view.ended, paper),
    ],
  };
}

interface Sorted {
  /** The oldest first. */
  readonly waiting: readonly WireJob[];
  readonly working: readonly WireJob[];
}

function renderHead(
  { stats, nodes, lastHour, now, trouble }: FarmView,
  { waiting, working }: Sorted,
  { width, paint }: Paper,
): readonly string[] {
  const line = (name: string, text: string) =>
    `${paint('faint', padEnd(name, NAME_WIDTH))}  ${text}`;
  const room = width - NAME_WIDTH - 2;
  const [oldest] = waiting;
  const age = oldest === undefined ? '' : `, the oldest ${ageOf(oldest.creation_dtime, now)}`;
  const states = (['DOWNLOADING', 'ENCODING', 'UPLOADING'] as const)
    .map((state) => [state, working.filter((job) => job.job_state === state).length] as const)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state.toLowerCase()}`);
  const jobs = [
    `${waiting.length} waiting${age}`,
    ...(states.length === 0 ? ['none under way'] : states),
  ];

  const { busy, total } = stats.slots;
  const barWidth = Math.min(SLOTS_BAR, Math.max(room - 40, 0));
  const bar = renderBar(total === 0 ? 0 : (busy / total) * 100, barWidth, (text) =>
    paint('active', text),
  );
  const leaving = nodes.filter(({ condition }) => condition !== 'ACTIVE').length;
  const onNodes = `${plural(nodes.length, 'node')}${leaving === 0 ? '' : `, ${leaving} of them leaving`}`;
  const done =
    lastHour === null
      ? []
      : [
          `${lastHour.finished} finished in the last hour${lastHour.failed === 0 ? '' : `, ${lastHour.failed} failed`}`,
        ];
  return [
    line('Jobs', cut(jobs.join(' · '), room)),
    line('Slots', `${bar}  ${cut(`${busy} of ${total} busy · ${onNodes}`, room - barWidth - 2)}`),
    line('Speed', cut([...speedOf(working), ...done].join(' · '), room)),
    ...(trouble === null ? [] : [line('Trouble', paint('bad', cut(printable(trouble), room)))]),
  ];
}

/** Of all encodes together. */
function speedOf(working: readonly WireJob[]): readonly string[] {
  const encoding = working.filter(({ job_state }) => job_state === 'ENCODING');
  const total = (key: 'speed' | 'fps') =>
    encoding.reduce((sum, { progress }) => sum + (progress?.[key] ?? 0), 0);
  const [speed, fps] = [total('speed'), total('fps')];
  if (encoding.length === 0) return ['nothing is being encoded'];
  return [
    speed === 0 ? 'not known yet' : `${formatSpeed(speed)} as fast as it plays`,
    ...(fps === 0 ? [] : [`${Math.round(fps)} fps`]),
  ];
}

function renderNodes(
  { nodes, now }: FarmView,
  working: readonly WireJob[],
  paper: Paper,
): readonly string[] {
  const known = new Set(nodes.map(({ node_id }) => node_id));
  const elsewhere = working.filter(({ node_id }) => node_id === null || !known.has(node_id));
  return [
    ...title('NODES', paper),
    ...(nodes.length === 0 ? [`${INDENT}${paper.paint('faint', 'none reports')}`] : []),
    ...nodes.flatMap((node) => [
      renderNode(node, now, paper),
      ...jobLines(
        working.filter(({ node_id }) => node_id === node.node_id),
        paper,
      ),
    ]),
    ...(elsewhere.length === 0 ? [] : [`${INDENT}on nodes that do not report (yet)`]),
    ...jobLines(elsewhere, paper),
  ];
}

function renderNode(node: WireNode, now: number, { width, paint }: Paper): string {
  const { node_id: id, condition, active_jobs: active, slots } = node;
  const tone = condition === 'ACTIVE' ? 'good' : 'warning';
  const facts = [
    `${active.length} of ${slots} busy`,
    `up ${ageOf(node.started_dtime, now)}`,
    `reported ${formatAge(node.reported_dtime, now)}`,
  ].join('  ');
  const name = shorten(printable(id), Math.max(width - condition.length - 8, 12));
  const room = width - INDENT.length - displayWidth(name) - condition.length - 4;
  return `${INDENT}${paint('strong', name)}  ${paint(tone, condition)}  ${paint('faint', cut(facts, room))}`;
}

function jobLines(jobs: readonly WireJob[], { width, paint }: Paper): readonly string[] {
  const labels = labelJobs(jobs);
  const labelWidth = Math.max(...labels.values().map(displayWidth), 0);
  const indent = INDENT.repeat(2);
  return jobs.toSorted(byCreation).map((job) => {
    const label = labels.get(job.unique_id) ?? job.unique_id;
    return indent + jobLine(job, { label, labelWidth }, { width: width - indent.length, paint });
  });
}

function renderWaiting(waiting: readonly WireJob[], now: number, paper: Paper): readonly string[] {
  if (waiting.length === 0) return [];
  const next = waiting.slice(0, MAX_WAITING);
  const labels = labelJobs(next);
  const more = waiting.length - next.length;
  return [
    ...title('WAITING', paper),
    ...next.map((job) => {
      const age = ageOf(job.creation_dtime, now);
      const name = shorten(labels.get(job.unique_id) ?? '', paper.width - age.length - 6);
      const why = job.job_state_details === null ? '' : `  ${printable(job.job_state_details)}`;
      const room = paper.width - displayWidth(name) - age.length - 4;
      return `${INDENT}${name}  ${paper.paint('faint', age + cut(why, room))}`;
    }),
    ...(more === 0 ? [] : [`${INDENT}${paper.paint('faint', `and ${more} more`)}`]),
  ];
}

function renderEnded(ended: readonly WireJob[], paper: Paper): readonly string[] {
  if (ended.length === 0) return [];
  const latest = ended.slice(0, MAX_ENDED);
  const labels = labelJobs(latest);
  const width = paper.width - INDENT.length;
  return [
    ...title('ENDED', paper),
    ...latest.map(
      (job) => INDENT + endLine(job, labels.get(job.unique_id) ?? '', { ...paper, width }),
    ),
  ];
}

function title(text: string, { paint }: Paper): readonly string[] {
  return ['', paint('faint', text)];
}

/** `12 min`, without "ago". */
function ageOf(iso: string, now: number): string {
  const seconds = Math.max((now - Date.parse(iso)) / 1000, 0);
  return seconds < 5 ? `${Math.floor(seconds)} s` : formatAge(iso, now).replace(/ ago$/, '');
}
