import type { Paper } from '../render/paper.ts';
import { printable } from '../render/printable.ts';
import type { AuditResult } from './audit.ts';
import type { Finding } from './finding.ts';

/** A line for what is wrong with whom, and another one for what to do. */
export function renderFinding(
  { severity, subject, found, advice }: Finding,
  { paint }: Paper,
): string {
  const [mark, tone] =
    severity === 'problem' ? (['✗', 'bad'] as const) : (['!', 'warning'] as const);
  const line = `${paint(tone, mark)} ${printable(subject)}: ${printable(found)}`;
  return advice === undefined ? line : `${line}\n  ${paint(tone, '→')} ${advice}`;
}

/** What was looked at, and how it is. */
export function renderAuditResult(
  { findings, jobs, outputs, nodes }: AuditResult,
  { paint }: Paper,
): string {
  const problems = findings.filter(({ severity }) => severity === 'problem').length;
  const warnings = findings.length - problems;
  const looked = `${count(jobs, 'job')}, ${count(outputs, 'output')}, ${count(nodes, 'node')} looked at`;
  const verdict = problems === 0 ? 'nothing is wrong' : `${count(problems, 'thing')} wrong`;
  const mark = problems === 0 ? paint('good', '✓') : paint('bad', '✗');
  const besides = warnings === 0 ? '' : `, ${count(warnings, 'warning')}`;
  return `${mark} ${looked}: ${verdict}${besides}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
