import type { Policy } from '../simulate.ts';
import { backlogPerInstance } from './backlog-per-instance.ts';
import { keda } from './keda.ts';
import { production } from './production.ts';

/** What docs/performance.md advises for instances that are billed by the second. */
const ADVISED = {
  SCALING_POLICY: 'wait-target',
  SCALING_WAIT_TARGET: 60,
  NOMMERD_MAX_INACTIVITY: 20,
  EC2_BOOT_DEADLINE: 120,
} as const;

/** The one that has to reach the figures. */
export const OURS = production({
  name: 'media-nommer',
  about: Object.entries(ADVISED)
    .map(([name, value]) => `${name} ${value}`)
    .join(', '),
  nomconf: ADVISED,
});

/** What has to be beaten. A quarter of an hour: Karpenter's and the cluster autoscaler's own. */
export const KEDA = keda({ name: 'KEDA', stabilizationSeconds: 300, bootDeadlineSeconds: 900 });

/** As sparing as it gets. */
export const TUNED_KEDA = keda({
  name: 'KEDA, tuned',
  stabilizationSeconds: 60,
  bootDeadlineSeconds: ADVISED.EC2_BOOT_DEADLINE,
});

export const POLICIES: readonly Policy[] = [
  OURS,
  production({
    name: 'media-nommer, patient',
    about:
      'as media-nommer, but SCALING_WAIT_TARGET 180: time for a second boot, so no spare nodes',
    nomconf: { ...ADVISED, SCALING_WAIT_TARGET: 180 },
  }),
  production({
    name: 'media-nommer, defaults',
    about: 'SCALING_POLICY overflow, NOMMERD_MAX_INACTIVITY 600, EC2_BOOT_DEADLINE 600',
    nomconf: {},
  }),
  production({
    name: "2012's formula",
    about: 'as the defaults, but a look every 60 s and none at a submit',
    nomconf: {},
    looksAtSubmits: false,
  }),
  KEDA,
  TUNED_KEDA,
  backlogPerInstance,
];
