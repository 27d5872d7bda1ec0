import type { Cloud } from '../cloud.ts';
import { SLOTS, type Policy } from '../simulate.ts';
import { fillUp, repeat, replicasOf } from './replicas.ts';

export interface KedaOptions {
  readonly name: string;
  /** Of the autoscaler's scale-down: 300 unless `behavior` says otherwise. */
  readonly stabilizationSeconds: number;
  /** A node that has not come up by then is replaced: by Karpenter or the cluster autoscaler. */
  readonly bootDeadlineSeconds: number;
}

/** KEDA looks so often whether there is anything to do, while there is no pod. */
const POLLING_SECONDS = 30;
/** The last pod goes so long after the queue was empty. */
const COOLDOWN_SECONDS = 60;
/** From one pod on the horizontal pod autoscaler decides, so often. */
const SYNC_SECONDS = 15;
const TOLERANCE = 0.1;
const MOST_ADDED_AT_ONCE = 4;

/**
 * KEDA's aws-sqs-queue trigger: a pod for `queueLength` messages, waiting or in flight. One pod a node. In
 * its favour: it is the pod with the least to do that goes, which ends what it has in hand.
 * Sources: keda.sh/docs/latest/scalers/aws-sqs, keda.sh/docs/latest/reference/scaledobject-spec,
 * kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale.
 */
export function keda(options: KedaOptions): Policy {
  const { name, stabilizationSeconds, bootDeadlineSeconds } = options;
  const start = (cloud: Cloud, stop: AbortSignal) => {
    let wanted = 0;
    let lastActiveMs = 0;
    const recommendations: { readonly atMs: number; readonly pods: number }[] = [];
    const messages = () =>
      cloud.waiting.length +
      [...cloud.nodes.values()].reduce((sum, { running }) => sum + running.size, 0);

    const poll = () => {
      const isActive = messages() > 0;
      if (isActive) lastActiveMs = cloud.nowMs;
      if (isActive && wanted === 0) wanted = 1;
      const isCold = cloud.nowMs - lastActiveMs >= COOLDOWN_SECONDS * 1000;
      if (!isActive && isCold) {
        wanted = 0;
        recommendations.length = 0;
      }
      settle(cloud, { wanted, bootDeadlineSeconds });
    };
    const sync = () => {
      if (wanted > 0) {
        const pods = recommend(messages(), wanted);
        const nowMs = cloud.nowMs;
        recommendations.push({ atMs: nowMs, pods });
        while ((recommendations[0]?.atMs ?? nowMs) < nowMs - stabilizationSeconds * 1000) {
          recommendations.shift();
        }
        const stable = Math.max(...recommendations.map((each) => each.pods));
        wanted = pods > wanted ? pods : Math.min(stable, wanted);
      }
      settle(cloud, { wanted, bootDeadlineSeconds });
    };
    repeat(cloud, POLLING_SECONDS, { act: poll, stop });
    repeat(cloud, SYNC_SECONDS, { act: sync, stop });
  };
  const about =
    `queueLength ${SLOTS}, pollingInterval ${POLLING_SECONDS}, cooldownPeriod ${COOLDOWN_SECONDS}, ` +
    `scale-down stabilization ${stabilizationSeconds} s, a node that boots for ${bootDeadlineSeconds} s is replaced`;
  return { name, about, idleSeconds: Number.POSITIVE_INFINITY, start };
}

/** How many pods the autoscaler recommends. */
function recommend(messages: number, pods: number): number {
  const usage = messages / (SLOTS * pods);
  if (Math.abs(usage - 1) <= TOLERANCE) return pods;
  const most = Math.max(2 * pods, pods + MOST_ADDED_AT_ONCE);
  return Math.max(Math.min(Math.ceil(messages / SLOTS), most), 1);
}

/** Brings the nodes to the number of pods. */
function settle(
  cloud: Cloud,
  {
    wanted,
    bootDeadlineSeconds,
  }: { readonly wanted: number; readonly bootDeadlineSeconds: number },
): void {
  fillUp(cloud, wanted, bootDeadlineSeconds);
  const leastBusyFirst = replicasOf(cloud).toSorted((a, b) => a.running.size - b.running.size);
  for (const node of leastBusyFirst.slice(0, Math.max(leastBusyFirst.length - wanted, 0))) {
    cloud.drain(node);
  }
}
