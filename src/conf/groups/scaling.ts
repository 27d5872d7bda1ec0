import { flag, oneOf, seconds, wholeNumber } from '../kinds.ts';
import { setting } from '../setting.ts';

/** How many nodes feederd runs. */
export const SCALING_SETTINGS = {
  FEEDERD_ALLOW_EC2_LAUNCHES: setting('allowLaunches', flag, {
    default: true,
    about: 'feederd may start nodes: instances in aws, processes in local.',
  }),
  MAX_NUM_EC2_INSTANCES: setting('maxNodes', wholeNumber(0, 10_000), {
    defaults: { local: 1, aws: 3 },
    about: 'Nodes at a time, at most: all there are, not only new ones.',
  }),
  MAX_ENCODING_JOBS_PER_EC2_INSTANCE: setting('slotsPerNode', wholeNumber(1, 1000), {
    derive: ({ backend, cores }) => (backend === 'aws' ? 2 : Math.max(2, Math.floor(cores / 4))),
    defaultText: 'local: a quarter of the cores, at least `2`, aws: `2`',
    about: 'Jobs that a node works on at a time, at most.',
  }),
  JOB_OVERFLOW_THRESH: setting('jobOverflowThreshold', wholeNumber(0, 1_000_000), {
    default: 2,
    about:
      'A node is added when this many jobs are waiting beyond what all nodes can work on. The first job gets one always.',
  }),
  SCALING_POLICY: setting('scalingPolicy', oneOf('overflow', 'wait-target'), {
    default: 'overflow',
    about:
      "When to add nodes. `overflow`: 2012's formula, by JOB_OVERFLOW_THRESH. `wait-target`: when a " +
      'job would wait longer than SCALING_WAIT_TARGET.',
  }),
  SCALING_WAIT_TARGET: setting('waitTargetSeconds', seconds, {
    default: 60,
    about: 'Seconds that a job may wait for a slot before a node is launched for it.',
  }),
  FEEDERD_AUTO_SCALE_INTERVAL: setting('autoScaleSeconds', seconds, {
    default: 60,
    about: 'Seconds between two looks at the number of nodes. A submit looks at once besides.',
  }),
};
