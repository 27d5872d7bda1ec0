import type { Cloud } from '../cloud.ts';
import { SLOTS, type Policy } from '../simulate.ts';
import { fillUp, repeat, replicasOf } from './replicas.ts';

/** The metric is published once a minute. */
const METRIC_SECONDS = 60;
/** Data points in a row that let target tracking scale out, and in. */
const OUT_AFTER = 3;
const IN_AFTER = 15;
/** It scales in below this part of the target. */
const IN_BELOW = 0.9;
/** The health check grace period that the console proposes. */
const BOOT_DEADLINE_SECONDS = 300;
/** With no instance there would be no metric. */
const LEAST_INSTANCES = 1;

/**
 * An Auto Scaling group that tracks the queue's backlog per instance. The acceptable backlog is the
 * acceptable latency by the time that a message takes: here an encode's time, so that each slot may
 * have one message waiting. In its favour: only instances without a job go.
 * Source: docs.aws.amazon.com/autoscaling/ec2/userguide/as-using-sqs-queue.html; the alarms' data points are
 * those that target tracking creates.
 */
export const backlogPerInstance: Policy = {
  name: 'backlog per instance',
  about: `target ${SLOTS} messages, metric every ${METRIC_SECONDS} s, at least ${LEAST_INSTANCES} instance, one that boots for ${BOOT_DEADLINE_SECONDS} s is replaced`,
  idleSeconds: Number.POSITIVE_INFINITY,
  leastNodes: LEAST_INSTANCES,
  start: (cloud: Cloud, stop: AbortSignal) => {
    let wanted = LEAST_INSTANCES;
    const points: number[] = [];
    const look = () => {
      const inService = replicasOf(cloud).filter(({ readyMs }) => readyMs !== undefined).length;
      points.push(cloud.waiting.length / Math.max(inService, 1));
      if (points.length > IN_AFTER) points.shift();
      const latest = points.at(-1) ?? 0;
      const isHigh = points.length >= OUT_AFTER && points.slice(-OUT_AFTER).every(isAbove);
      const isLow = points.length === IN_AFTER && points.every(isBelow);
      if (isHigh) wanted = Math.max(wanted, Math.ceil((inService * latest) / SLOTS));
      if (isLow)
        wanted = Math.max(Math.ceil((wanted * Math.max(...points)) / SLOTS), LEAST_INSTANCES);
      shrink(cloud, wanted);
      fillUp(cloud, Math.min(wanted, cloud.maxNodes), BOOT_DEADLINE_SECONDS);
    };
    fillUp(cloud, wanted, BOOT_DEADLINE_SECONDS);
    repeat(cloud, METRIC_SECONDS, { act: look, stop });
  },
};

function isAbove(point: number): boolean {
  return point > SLOTS;
}

function isBelow(point: number): boolean {
  return point < SLOTS * IN_BELOW;
}

function shrink(cloud: Cloud, wanted: number): void {
  const nodes = replicasOf(cloud);
  const idle = nodes.filter(({ readyMs, running }) => readyMs !== undefined && running.size === 0);
  for (const node of idle.slice(0, Math.max(nodes.length - wanted, 0))) cloud.terminate(node);
}
