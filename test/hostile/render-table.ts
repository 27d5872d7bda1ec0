import { table } from '../../docs/readme-tables.ts';
import type { HostileCase } from './hostile-case.ts';
import type { CorpusRun, Outcome } from './run-corpus.ts';

const HEAD = ['case', 'what it tries', 'what the user is told'] as const;

/** What users were told, as docs/security.md has it: the same for every run that went well. */
export function renderTable(
  corpus: Readonly<Record<string, readonly HostileCase[]>>,
  { outcomes }: CorpusRun,
): string {
  const byName = new Map(outcomes.map(([{ name }, outcome]) => [name, outcome]));
  const nothing = { at: 'run', code: 'nothing', words: '' } as const;
  const parts = Object.entries(corpus).map(([kind, cases]) => {
    const rows = cases.map((one) => rowOf(one, byName.get(one.name) ?? nothing));
    return `**${kind}**\n\n${table([...HEAD], rows)}`;
  });
  return parts.join('\n');
}

/** The line of the table that a case of its own would have, without what only makes columns. */
export function renderLine(one: HostileCase, outcome: Outcome): string {
  return withoutColumns(
    table([...HEAD], [rowOf(one, outcome)])
      .trimEnd()
      .split('\n')
      .at(-1) ?? '',
  );
}

export function withoutColumns(line: string): string {
  return line.replaceAll(/\s*\|\s*/g, '|');
}

function rowOf(
  { name, tries, told }: HostileCase,
  { at, code, words }: Pick<Outcome, 'at' | 'code' | 'words'>,
): string[] {
  const own = 'shown' in told && told.words.test(words) ? told.shown : undefined;
  const shown = own ?? told.words.exec(words)?.[0] ?? words;
  const when = code === 'FINISHED' ? '' : `${at === 'submit' ? 'at once' : 'by its job'}: `;
  return [name, tries, `${when}\`${code}\`${shown === '' ? '' : `, ${shown}`}`];
}
