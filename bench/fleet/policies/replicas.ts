import type { Cloud, CloudNode } from '../cloud.ts';

/** The nodes that count: neither leaving nor gone. */
export function replicasOf(cloud: Cloud): readonly CloudNode[] {
  return [...cloud.nodes.values()].filter(({ takesJobs }) => takesJobs);
}

/** Ends nodes that do not come up in time, and launches as many as are missing. */
export function fillUp(cloud: Cloud, wanted: number, bootDeadlineSeconds: number): void {
  for (const node of replicasOf(cloud)) {
    const bootedMs = node.readyMs === undefined ? cloud.nowMs - node.launchedMs : 0;
    if (bootedMs > bootDeadlineSeconds * 1000) cloud.terminate(node);
  }
  const missing = wanted - replicasOf(cloud).length;
  if (missing > 0) cloud.launch(missing);
}

/** Calls `act` every so many seconds until `stop`. */
export function repeat(
  cloud: Cloud,
  seconds: number,
  { act, stop }: { readonly act: () => void; readonly stop: AbortSignal },
): void {
  const turn = () => {
    if (stop.aborted) return;
    act();
    cloud.world.after(seconds * 1000, turn);
  };
  cloud.world.after(seconds * 1000, turn);
}
