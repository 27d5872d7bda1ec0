import { isFinished } from '../../../src/core/job.ts';
import { plainJob, plainScenario, struck } from '../scenario.ts';
import type { Installation } from '../installation.ts';
import type { Mutant } from './mutant.ts';
import { afterRules, jobsRead } from './planting.ts';

/** Bugs of how a feederd makes good what gets lost, and of how it tells of jobs. */

const GONE = 410;

/** What was sent to the new-job queue by any feederd, and since which change of the job. */
const sentOnce = new WeakMap<Installation, Set<string>>();

export const OF_RECONCILING: readonly Mutant[] = [
  {
    name: 'does not look after jobs that nobody queued',
    expects: 'L2',
    ports: jobsRead((job) => ({ ...job, queued: true })),
  },
  {
    name: 'sends no lost message again',
    expects: 'L2b',
    ports: (ports, { daemon, installation }) => {
      if (daemon === 'nommerd') return ports;
      const sent = sentOnce.get(installation) ?? new Set<string>();
      sentOnce.set(installation, sent);
      return {
        ...ports,
        newJobs: {
          ...ports.newJobs,
          send: async (body, delaySeconds) => {
            if (sent.has(body)) return;
            await ports.newJobs.send(body, delaySeconds);
            sent.add(body);
          },
        },
      };
    },
  },
  {
    name: 'does not reload what nobody tells it',
    expects: 'L2c',
    scenario: () => ({
      ...struck({ call: 'create ', fate: 'crash after', passes: 0 })(),
      feederds: 2,
    }),
    settings: { stateChangeCheckSeconds: 1e6 },
  },
  {
    name: 'buries no dead letters',
    expects: 'L5',
    ports: (ports) => ({
      ...ports,
      newJobs: { ...ports.newJobs, deadLetters: () => Promise.resolve([]) },
    }),
  },
  {
    name: 'never ends a node that hangs',
    expects: 'L4c',
    ports: (ports, { installation: { nodes } }) => ({
      ...ports,
      fleet: {
        ...ports.fleet,
        terminate: (nodeIds) =>
          ports.fleet.terminate(
            nodeIds.filter((id) => nodes.find(({ nodeId }) => nodeId === id)?.isFrozen !== true),
          ),
      },
    }),
  },
  {
    name: 'counts no nodes by hand',
    expects: 'S8',
    scenario: () =>
      plainScenario({
        byHandAt: 0,
        jobs: [plainJob({ id: 'job-1', encodeMs: 300_000 })],
      }),
    ports: (ports, { daemon, installation: { settings } }) =>
      daemon === 'nommerd'
        ? ports
        : {
            ...ports,
            nodeStates: {
              ...ports.nodeStates,
              list: async () =>
                (await ports.nodeStates.list()).filter(({ fromFleet }) => fromFleet),
            },
            fleet: {
              ...ports.fleet,
              launch: (request) => ports.fleet.launch({ ...request, maximum: settings.maxNodes }),
            },
          },
  },
  {
    name: 'accepts another request under the same key',
    expects: 'S6',
    desk: (desk, { installation: { store } }) => ({
      submit: (request) => {
        const { requestHash = request.requestHash } = store.get(request.uniqueId) ?? {};
        return desk.submit({ ...request, requestHash });
      },
    }),
  },
  {
    name: 'notifies nobody of a job that failed',
    expects: 'S9b',
    rule: (rule) => (job, now) => {
      const ruling = rule(job, now);
      if (!ruling.allowed || ruling.job.jobState !== 'ERROR' || isFinished(job)) return ruling;
      const { notificationCount, undelivered, deliveries } = job;
      return { ...ruling, job: { ...ruling.job, notificationCount, undelivered, deliveries } };
    },
  },
  {
    name: 'drops what a receiver that is gone was to hear',
    expects: 'S9',
    rule: afterRules(
      (after, before) =>
        after.deliveries.at(-1)?.lastStatus === GONE
          ? { ...after, deliveries: before.deliveries }
          : after,
      'feederd',
    ),
  },
  {
    name: 'does not give a receiver the time it asks for',
    expects: 'S9c',
    rule: afterRules((after) => {
      const undelivered = after.undelivered.map((each) => ({
        ...each,
        nextTryAt: Math.min(each.nextTryAt, (each.lastTryAt ?? each.nextTryAt) + 5000),
      }));
      return { ...after, undelivered };
    }, 'feederd'),
  },
  {
    name: 'tells of nothing before a minute is over',
    expects: 'L3',
    ports: jobsRead((job) => ({
      ...job,
      undelivered: job.undelivered.map((each) => ({
        ...each,
        tries: Math.max(each.tries, 1),
        nextTryAt: each.nextTryAt + 60_000,
      })),
    })),
  },
];
