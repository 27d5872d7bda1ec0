import { table } from '../../docs/readme-tables.ts';
import type { HostileCase } from './hostile-case.ts';
import type { CorpusRun } from './run-corpus.ts';

/** What users were told, as docs/security.md has it: the same for every run that went well. */
export function renderTable(
  corpus: Readonly<Record<string, readonly HostileCase[]>>,
  { outcomes }: CorpusRun,
): string {
  const byName = new Map(outcomes.map(([{ name }, outcome]) => [name, outcome]));
  const parts = Object.entries(corpus).map(([kind, cases]) => {
    const rows = cases.map(({ name, tries, told }) => {
      const { at, code, words } = byName.get(name) ?? { at: '', code: 'nothing', words: '' };
      const shown = told.words.exec(words)?.[0] ?? words;
      const when = code === 'FINISHED' ? '' : `${at === 'submit' ? 'at once' : 'by its job'}: `;
      return [name, tries, `${when}\`${code}\`${shown === '' ? '' : `, ${shown}`}`];
    });
    return `**${kind}**\n\n${table(['case', 'what it tries', 'what the user is told'], rows)}`;
  });
  return parts.join('\n');
}
