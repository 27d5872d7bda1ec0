import { readFileSync } from 'node:fs';
import { outputExtension } from '../src/cli/submit/output-extension.ts';
import { BUILT_IN_PRESETS } from '../src/conf/presets.ts';
import { IGNORED_SETTINGS, SETTING_GROUPS } from '../src/conf/settings.ts';
import { ERROR_CODES } from '../src/core/errors.ts';
import { METRICS } from '../src/feederd/metrics/metric-table.ts';

/** The README's generated parts, by the name in their markers. */
export const README_TABLES = { settings: settingsTables, errors: errorsTable } as const;

/** Those of docs/metrics.md. */
export const METRICS_TABLES = { metrics: metricsTable } as const;

/** Those of docs/presets.md. */
export const PRESETS_TABLES = { presets: presetsTable } as const;

/** What is generated of docs/writing-a-nommer.md. */
export const NOMMER_PARTS = { example: () => example('sprite-nommer.ts', 'ts') } as const;

/** What is generated of docs/migration-from-2012.md. */
export const MIGRATION_PARTS = { python: () => example('job_status.py', 'py') } as const;

/**
 * `page` with every generated part renewed: what stands between `<!-- NAME:begin -->` and
 * `<!-- NAME:end -->`.
 */
export function withTables(
  page: string,
  tables: Readonly<Record<string, () => string>> = README_TABLES,
): string {
  return Object.entries(tables).reduce(
    (text, [name, render]) => withPart(text, name, render()),
    page,
  );
}

/** `text` with `part` between `<!-- NAME:begin -->` and `<!-- NAME:end -->`. */
export function withPart(text: string, name: string, part: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`There is no ${begin} … ${end}`);
  return `${text.slice(0, from + begin.length)}\n\n${part}\n${text.slice(to)}`;
}

function settingsTables(): string {
  const tables = Object.entries(SETTING_GROUPS).map(([group, settings]) => {
    const rows = Object.entries(settings).map(([name, { aliases, defaultText, about }]) => {
      const before = aliases.length === 0 ? '' : ` Old name: ${aliases.map(code).join(', ')}.`;
      return [code(name), defaultText, `${about}${before}`];
    });
    return `**${group}**\n\n${table(['setting', 'default', 'what it is'], rows)}`;
  });
  const ignored = `Taken and not needed any more: ${[...IGNORED_SETTINGS].map(code).join(', ')}.\n`;
  return [...tables, ignored].join('\n');
}

function errorsTable(): string {
  const rows = Object.entries(ERROR_CODES).map(([name, { retryable, meaning }]) => [
    code(name),
    meaning,
    retryable ? 'yes' : 'no',
  ]);
  return table(['code', 'meaning', 'may pass by itself'], rows);
}

function presetsTable(): string {
  const rows = Object.entries(BUILT_IN_PRESETS).map(([name, preset]) => {
    const { description, relativeTime, options } = preset;
    return [code(name), `.${outputExtension(options)}`, `× ${relativeTime}`, description];
  });
  return table(['preset', 'makes', 'time', 'what it is'], rows);
}

function example(file: string, language: string): string {
  const text = readFileSync(new URL(`examples/${file}`, import.meta.url), 'utf8');
  return `\`\`\`${language}\n${text}\`\`\`\n`;
}

function metricsTable(): string {
  const rows = Object.entries(METRICS).map(([name, { type, labels, help }]) => [
    code(name),
    labels.length === 0 ? type : `${type} by ${labels.map(code).join(', ')}`,
    help,
  ]);
  return table(['metric', 'what it is', 'what it tells'], rows);
}

/** Padded as the formatter does it, so that it leaves the tables as they are. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  );
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}

function code(text: string): string {
  return `\`${text}\``;
}
