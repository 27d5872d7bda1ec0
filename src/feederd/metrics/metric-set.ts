import type { CounterName, GaugeName, HistogramName, LabelsOf } from './metric-table.ts';
import type { PromMetrics } from './prom-metrics.ts';

/**
 * The metrics of the table with their values. Prometheus' client takes long to load, beside what a feederd
 * needs to serve its first request: what is counted before `load` waits for it.
 */
export class MetricSet {
  #metrics: PromMetrics | undefined;
  #loading: Promise<PromMetrics> | undefined;
  readonly #waiting: ((metrics: PromMetrics) => void)[] = [];

  /** Of what `read` has returned. */
  get contentType(): string {
    return this.#metrics?.contentType ?? '';
  }

  /** @param by what is no number from 0 up counts as 0 */
  count<Name extends CounterName>(name: Name, labels: LabelsOf<Name>, by = 1): void {
    this.#do((metrics) => metrics.count(name, labels, by));
  }

  set<Name extends GaugeName>(name: Name, labels: LabelsOf<Name>, value: number): void {
    this.#do((metrics) => metrics.set(name, labels, value));
  }

  /** Takes a gauge out of the text until it is set again: it is not known. */
  unset(name: GaugeName): void {
    this.#do((metrics) => metrics.unset(name));
  }

  observe<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, value: number): void {
    this.#do((metrics) => metrics.observe(name, labels, value));
  }

  /** To be called soon: until then everything is remembered one by one. */
  load(): Promise<PromMetrics> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** In Prometheus' text form. */
  async read(): Promise<string> {
    return (await this.load()).read();
  }

  async #load(): Promise<PromMetrics> {
    const { PromMetrics } = await import('./prom-metrics.ts');
    const metrics = new PromMetrics();
    for (const act of this.#waiting.splice(0)) act(metrics);
    this.#metrics = metrics;
    return metrics;
  }

  #do(act: (metrics: PromMetrics) => void): void {
    if (this.#metrics === undefined) this.#waiting.push(act);
    else act(this.#metrics);
  }
}
