import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { METRICS_TABLES, withTables } from '../../../docs/readme-tables.ts';
import { MetricSet } from '../../../src/feederd/metrics/metric-set.ts';
import { METRICS, type Metric } from '../../../src/feederd/metrics/metric-table.ts';
import { readMetrics } from '../../doubles/read-metrics.ts';

const ROOT = new URL('../../../', import.meta.url);
const read = (path: string) => readFile(new URL(path, ROOT), 'utf8');

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string }[];
  };
}

const dashboard = JSON.parse(await read('deploy/grafana/media-nommer.json')) as Dashboard;
const alerts = [...(await read('deploy/prometheus/alerts.yml')).matchAll(ALERTS())].map(
  ([, name = '', expr = '', rest = '']) => ({
    name,
    expr: expr.replaceAll(/\s+/g, ' ').trim(),
    rest,
  }),
);
const page = await read('docs/metrics.md');

/** An alert in the form that all of them have here. */
function ALERTS(): RegExp {
  return /^ {6}- alert: (\w+)\n {8}expr: (?:>-\n)?((?:.|\n {10})+)\n((?: {8,}.*(?:\n|$))*)/gm;
}

const expressions = [
  ...dashboard.panels.flatMap(({ targets = [], title }) =>
    targets.map(({ expr }) => [title, expr]),
  ),
  ...alerts.map(({ name, expr }) => [name, expr]),
] as const;

/** The names of metrics in a text. */
function namesIn(text: string): readonly string[] {
  return text.match(/\b(?:media_nommer|process|nodejs)_[a-z0-9_]+\b/g) ?? [];
}

/** Names that a scrape has, those of a histogram's parts included. */
async function scraped(): Promise<ReadonlySet<string>> {
  const { values, types } = readMetrics(await new MetricSet().read());
  const series = [...values.keys()].map((name) => name.replace(/\{.*/, ''));
  const parts = Object.entries(METRICS).flatMap(([name, { type }]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
  return new Set([...series, ...types.keys(), ...parts]);
}

describe('the dashboard', () => {
  it('lets its data source be chosen, and has panels with titles and ids of their own', () => {
    expect(dashboard.templating.list).toContainEqual(
      expect.objectContaining({ name: 'datasource', type: 'datasource' }),
    );
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const rows = dashboard.panels.filter(({ type }) => type === 'row').map(({ title }) => title);
    expect(rows).toEqual(['Now', 'Throughput', 'Latency', 'Fleet', 'Failures', 'feederd']);
    for (const { type, targets = [] } of dashboard.panels) {
      expect(targets.length > 0).toBe(type !== 'row');
    }
  });
});

describe('the alerts', () => {
  it('are read here as they are there, each with a severity and a summary', async () => {
    const text = await read('deploy/prometheus/alerts.yml');
    expect(alerts).toHaveLength(text.match(/- alert:/g)?.length ?? 0);
    for (const { name, rest } of alerts) {
      expect([name, rest]).toEqual([name, expect.stringMatching(/severity: (?:warning|critical)/)]);
      expect([name, rest]).toEqual([name, expect.stringMatching(/summary: \S/)]);
    }
  });
});

describe.each(expressions)('%s: %s', (_where, expr) => {
  it('asks for metrics that there are, as their type wants it', async () => {
    const names = namesIn(expr);
    const known = await scraped();
    expect(names.filter((name) => !known.has(name))).toEqual([]);
    for (const [name, { type }] of Object.entries(METRICS)) {
      const all = expr.match(new RegExp(`\\b${name}(?:_bucket|_sum|_count)?\\b(?!_)`, 'g')) ?? [];
      const asRate = expr.match(
        new RegExp(`(?:rate|increase)\\(${name}(?:_bucket|_sum|_count)?[{[]`, 'g'),
      );
      expect([name, asRate?.length ?? 0]).toEqual([name, type === 'gauge' ? 0 : all.length]);
    }
    expect(expr.match(/\(/g)?.length).toBe(expr.match(/\)/g)?.length);
  });

  it('names labels and values that they have', () => {
    for (const [, name = '', selector = ''] of expr.matchAll(/(media_nommer_\w+)\{([^}]*)\}/g)) {
      const metric = name.replace(/_(?:bucket|sum|count)$/, '') as keyof typeof METRICS;
      const { labels }: Metric = METRICS[metric in METRICS ? metric : (name as typeof metric)];
      const used = [...selector.matchAll(/(\w+)[!=]~?"/g)].map(([, label]) => label);
      expect(used.filter((label) => label !== 'job' && !labels.includes(label ?? ''))).toEqual([]);
    }
    expect(expr).not.toContain('}}');
  });
});

describe('docs/metrics.md', () => {
  it('has the table as it is in the code (npm run docs:tables)', () => {
    expect(page).toBe(withTables(page, METRICS_TABLES));
  });

  it('tells every metric, and none that there is not', async () => {
    const names = new Set(namesIn(page));
    for (const name of Object.keys(METRICS)) expect([...names]).toContain(name);
    const known = await scraped();
    expect([...names].filter((name) => !known.has(name))).toEqual([]);
  });
});
