import type { Clock } from '../../core/clock.ts';
import type { EncodingJob } from '../../core/job.ts';
import type { NodeState } from '../../core/node-state.ts';
import type { JobQueue, NodeStates } from '../../core/ports.ts';
import { inTime } from '../../daemon/in-time.ts';
import type { Logger } from '../../daemon/logger.ts';
import type { DeliveryTried, FeederObserver, LaunchOutcome } from '../feeder-observer.ts';
import { setJobGauges, setPlaceGauges, unsetPlaceGauges } from './gauges.ts';
import { JobCounter } from './job-counter.ts';
import { MetricSet } from './metric-set.ts';
import { NodeCounter } from './node-counter.ts';

const DELIVERY_OUTCOMES: readonly DeliveryTried[] = ['delivered', 'failed', 'given_up'];
const LAUNCH_OUTCOMES: readonly LaunchOutcome[] = ['launched', 'lost', 'no_capacity', 'refused'];
/** Prometheus gives up after ten seconds by default, and then has nothing at all. */
const ANSWER_MS = 5000;

/** Where the figures of now come from. */
export interface MetricSources {
  readonly openJobs: () => Iterable<EncodingJob>;
  readonly untoldJobs: () => Iterable<{ readonly undelivered: number }>;
  readonly newJobs: Pick<JobQueue, 'depth'>;
  readonly nodeStates: Pick<NodeStates, 'list'>;
  readonly events: { readonly followers: number };
}

export interface AnsweredRequest {
  readonly method: string;
  /** The pattern of its path; undefined for a path that is none of ours. */
  readonly route: string | undefined;
  readonly status: number;
  readonly seconds: number;
}

/**
 * feederd in figures. What happens is counted as it is told, and what is the case is looked at when
 * somebody reads. Jobs, nodes' counts, deliveries and launches are counted by the feederd that leads alone,
 * so that the counters of several may be added up; what is the case, each of them tells for itself.
 */
export class FeederdMetrics implements FeederObserver {
  readonly #metrics = new MetricSet();
  readonly #jobs = new JobCounter(this.#metrics);
  readonly #nodes = new NodeCounter(this.#metrics);
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor({ clock, logger }: { readonly clock: Clock; readonly logger: Logger }) {
    this.#clock = clock;
    this.#logger = logger;
    this.#metrics.set('media_nommer_leader', {}, 0);
    for (const outcome of DELIVERY_OUTCOMES) this.#delivery(outcome, 0);
    for (const outcome of LAUNCH_OUTCOMES) this.launched(outcome, 0);
  }

  get contentType(): string {
    return this.#metrics.contentType;
  }

  /** To be called once there is time for it. */
  async load(): Promise<void> {
    await this.#metrics.load();
  }

  leads(isLeading: boolean): void {
    this.#metrics.set('media_nommer_leader', {}, Number(isLeading));
    for (const counter of [this.#jobs, this.#nodes]) {
      if (isLeading) counter.begin(this.#clock.now());
      else counter.end();
    }
  }

  jobChanged(job: EncodingJob): void {
    this.#jobs.changed(job);
  }

  deliveryTried(outcome: DeliveryTried): void {
    this.#delivery(outcome, 1);
  }

  nodesSeen(nodes: readonly NodeState[]): void {
    this.#nodes.seen(nodes);
  }

  launched(outcome: LaunchOutcome, count: number): void {
    this.#metrics.count('media_nommer_launches_total', { outcome }, count);
  }

  requestAnswered({ method, route, status, seconds }: AnsweredRequest): void {
    // What strangers make up must not become a label.
    const labels = route === undefined ? { method: 'any', route: 'none' } : { method, route };
    const metric = 'media_nommer_http_request_duration_seconds';
    this.#metrics.observe(metric, { ...labels, status: String(status) }, seconds);
  }

  /** In Prometheus' text form. */
  async read(sources: MetricSources): Promise<string> {
    const now = this.#clock.now();
    const open = sources.openJobs();
    setJobGauges(this.#metrics, { open, untold: sources.untoldJobs(), now });
    this.#metrics.set('media_nommer_event_streams', {}, sources.events.followers);
    await this.#askPlace(sources, now);
    return this.#metrics.read();
  }

  /** The rest is worth reading also while store or queue are away; then most of all. */
  async #askPlace({ newJobs, nodeStates }: MetricSources, now: number): Promise<void> {
    try {
      const [depth, nodes] = await inTime(Promise.all([newJobs.depth(), nodeStates.list()]), {
        ms: ANSWER_MS,
        clock: this.#clock,
        who: 'Store or queue',
      });
      this.nodesSeen(nodes);
      setPlaceGauges(this.#metrics, { depth, nodes, now });
    } catch (thrown: unknown) {
      this.#logger.warn({ err: thrown }, 'metrics without queue and nodes');
      this.#metrics.count('media_nommer_scrape_errors_total', {});
      unsetPlaceGauges(this.#metrics);
    }
  }

  #delivery(outcome: DeliveryTried, count: number): void {
    this.#metrics.count('media_nommer_deliveries_total', { outcome }, count);
  }
}
