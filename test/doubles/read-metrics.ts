/** What a text in Prometheus' form says. */
export interface ReadMetrics {
  /** Values by series, labels in the order of their names: `name{a="1",b="2"}`. */
  readonly values: ReadonlyMap<string, number>;
  /** Types by metric. */
  readonly types: ReadonlyMap<string, string>;
  /** Of the series; fails where there is none. */
  readonly value: (series: string) => number;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y;
const SUFFIX = /_(?:bucket|sum|count)$/;

/** Reads Prometheus' text form as strictly as Prometheus does. Throws with the line that is wrong. */
export function readMetrics(text: string): ReadMetrics {
  const values = new Map<string, number>();
  const types = new Map<string, string>();
  const helped = new Set<string>();
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === 'HELP') helped.add(name);
    else if (kind === 'TYPE') {
      if (types.has(name)) throw new Error(`a second type: ${line}`);
      types.set(name, rest);
    } else {
      const [, metric = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
      const family = types.has(metric) ? metric : metric.replace(SUFFIX, '');
      if (!types.has(family) || !helped.has(family)) throw new Error(`of no metric: ${line}`);
      const number = value === '+Inf' ? Infinity : Number(value);
      if (Number.isNaN(number) && value !== 'NaN' && value !== 'Nan')
        throw new Error(`no value: ${line}`);
      const series = `${metric}${sortedLabels(labels, line)}`;
      if (values.has(series)) throw new Error(`a second sample: ${line}`);
      values.set(series, number);
    }
  }
  const value = (series: string) => {
    const found = values.get(series);
    if (found === undefined) throw new Error(`there is no ${series}`);
    return found;
  };
  return { values, types, value };
}

function sortedLabels(labels: string, line: string): string {
  if (labels === '') return '';
  const found: string[] = [];
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < labels.length) {
    const match = LABEL.exec(labels);
    if (match === null) throw new Error(`no labels: ${line}`);
    found.push(`${match[1]}="${match[2]}"`);
  }
  return `{${found.toSorted().join(',')}}`;
}
