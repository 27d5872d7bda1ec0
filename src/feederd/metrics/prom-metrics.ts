import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  METRICS,
  type CounterName,
  type GaugeName,
  type HistogramName,
  type LabelsOf,
  type Metric,
  type MetricName,
} from './metric-table.ts';

/** How often the lag of the event loop is looked at. */
const LAG_PRECISION_MS = 50;

/** The metrics of the table in Prometheus' client; and, from the first reading on, those of the process. */
export class PromMetrics {
  readonly #registry = new Registry();
  readonly #counters = new Map<MetricName, Counter>();
  readonly #gauges = new Map<MetricName, Gauge>();
  readonly #histograms = new Map<MetricName, Histogram>();
  #wasRead = false;

  constructor() {
    for (const [name, metric] of Object.entries(METRICS)) this.#create(name as MetricName, metric);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** @param by what is no number from 0 up counts as 0 */
  count<Name extends CounterName>(name: Name, labels: LabelsOf<Name>, by = 1): void {
    this.#counters.get(name)?.inc(labels, Number.isFinite(by) ? Math.max(by, 0) : 0);
  }

  set<Name extends GaugeName>(name: Name, labels: LabelsOf<Name>, value: number): void {
    this.#gauges.get(name)?.set(labels, value);
  }

  /** Takes a gauge out of the text until it is set again: it is not known. */
  unset(name: GaugeName): void {
    const gauge = this.#gauges.get(name);
    // To reset one without labels is to set it to 0.
    if (METRICS[name].labels.length === 0) gauge?.remove({});
    else gauge?.reset();
  }

  observe<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, value: number): void {
    this.#histograms.get(name)?.observe(labels, value);
  }

  /** In Prometheus' text form. */
  async read(): Promise<string> {
    // Watching the event loop and the garbage collection costs a little: not where nobody ever reads.
    if (!this.#wasRead) {
      this.#wasRead = true;
      collectDefaultMetrics({
        register: this.#registry,
        eventLoopMonitoringPrecision: LAG_PRECISION_MS,
      });
    }
    return this.#registry.metrics();
  }

  #create(name: MetricName, { type, labels, help, buckets = [] }: Metric): void {
    const form = { name, help, labelNames: labels, registers: [this.#registry] };
    switch (type) {
      case 'counter':
        this.#counters.set(name, new Counter(form));
        break;
      case 'gauge':
        this.#gauges.set(name, new Gauge(form));
        break;
      case 'histogram':
        this.#histograms.set(name, new Histogram({ ...form, buckets: [...buckets] }));
        break;
    }
  }
}
