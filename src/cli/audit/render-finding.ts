import { plural } from '../../core/format-figures.ts';
import type { Paper } from '../render/paper.ts';
import { printable } from '../render/printable.ts';
import type { AuditResult } from './audit.ts';
import type { Finding } from './finding.ts';

const MARKS = {
  problem: ['✗', 'bad'],
  warning: ['!', 'warning'],
  unknown: ['?', 'warning'],
} as const;

/** A line for what is wrong with whom, and another one for what to do. */
export function renderFinding(
  { severity, subject, found, advice }: Finding,
  { paint }: Paper,
): string {
  const [mark, tone] = MARKS[severity];
  const line = `${paint(tone, mark)} ${printable(subject)}: ${printable(found)}`;
  return advice === undefined ? line : `${line}\n  ${paint(tone, '→')} ${advice}`;
}

/** What was looked at, and how it is. */
export function renderAuditResult(
  { findings, jobs, outputs, nodes }: AuditResult,
  { paint }: Paper,
): string {
  const count = (wanted: Finding['severity']) =>
    findings.filter(({ severity }) => severity === wanted).length;
  const [problems, warnings, unknowns] = [count('problem'), count('warning'), count('unknown')];
  const looked = `${plural(jobs, 'job')}, ${plural(outputs, 'output')}, ${plural(nodes, 'node')} looked at`;
  const verdict = problems === 0 ? 'nothing is wrong' : `${plural(problems, 'thing')} wrong`;
  const isWell = problems === 0 && unknowns === 0;
  const mark = isWell
    ? paint('good', '✓')
    : problems > 0
      ? paint('bad', '✗')
      : paint('warning', '?');
  const missed = unknowns === 0 ? '' : ', as far as could be seen';
  const besides = warnings === 0 ? '' : `, ${plural(warnings, 'warning')}`;
  return `${mark} ${looked}: ${verdict}${missed}${besides}`;
}
