import { refuse } from '../../../src/core/job-rules/ruling.ts';
import { isFinished } from '../../../src/core/job.ts';
import { encodeJobMessage } from '../../../src/core/messages.ts';
import { longHold, plainJob, plainScenario, struck } from '../scenario.ts';
import { destOf } from '../actors/submitters.ts';
import type { Mutant, Soil } from './mutant.ts';
import { afterRules, atNodes, isFailure, receiptsOf } from './planting.ts';

/** Bugs of who holds a job, what becomes of its message, and of who comes after. */

/** Receipts of the nodes' messages, by process and by what they say. */
const receiptsAt = new WeakMap<Soil['process'], ReadonlyMap<string, string>>();

export const OF_LEASES: readonly Mutant[] = [
  {
    name: 'lets an outdated attempt change the job',
    expects: 'S4',
    rule: (rule, { daemon, process }) =>
      daemon === 'feederd'
        ? rule
        : (job, now) => {
            const ruling = rule(job, now);
            if (ruling.allowed || ruling.refusal !== 'claim-lost' || job.lease === null)
              return ruling;
            const lease = { ...job.lease, nodeId: process.host };
            for (let attempt = job.attempt - 1; attempt > 0; attempt -= 1) {
              const taken = rule({ ...job, attempt, lease }, now);
              if (taken.allowed) {
                return { allowed: true, job: { ...taken.job, attempt: job.attempt } };
              }
            }
            return ruling;
          },
  },
  {
    name: 'finishes with what it made before',
    expects: 'S2',
    rule: afterRules((after, before) =>
      before.made !== null && after.made !== null ? { ...after, made: before.made } : after,
    ),
  },
  {
    name: 'adopts whatever is there',
    expects: 'S5',
    scenario: struck({ call: 'complete an upload', fate: 'crash before', passes: 0 }),
    storage: (storage, { installation: { store, media, plans } }) => ({
      ...storage,
      stat: async (uri, options) => {
        const found = await storage.stat(uri, options);
        const plan = [...plans.values()].find(
          ({ id, destination }) =>
            destOf(destination) === uri.text && store.get(id)?.jobState === 'DOWNLOADING',
        );
        const made = plan && store.get(plan.id)?.made;
        return media.objects.has(uri.text) && plan && made
          ? { bytes: 1, publishedBy: { jobId: plan.id, attempt: made.attempt } }
          : found;
      },
    }),
  },
  {
    name: 'removes the message although its end was refused',
    expects: 'S12',
    ports: (ports, { daemon, process }) => {
      if (daemon === 'feederd') return ports;
      const { receive, receipts } = receiptsOf(ports.newJobs);
      receiptsAt.set(process, receipts);
      return { ...ports, newJobs: { ...ports.newJobs, receive } };
    },
    rule: (rule, { daemon, process, installation: { newJobs, judge } }) =>
      daemon === 'feederd'
        ? rule
        : (job, now) => {
            const ruling = rule(job, now);
            if (ruling.allowed || ruling.refusal !== 'claim-lost') return ruling;
            const receipt = receiptsAt.get(process)?.get(encodeJobMessage(job.uniqueId));
            const removed = receipt === undefined ? undefined : newJobs.remove(receipt);
            if (removed !== undefined) judge.tell('removed', { ...removed, by: process });
            return ruling;
          },
  },
  {
    name: 'does not look whether a change was stored when its answer gets lost',
    expects: 'rule 2',
    scenario: struck({ call: '→ DOWNLOADING', fate: 'answer lost', passes: 0 }),
    ports: (ports, { daemon }) => {
      if (daemon === 'feederd') return ports;
      const unanswered = new Set<string>();
      return {
        ...ports,
        store: {
          ...ports.store,
          replace: async (job, expectedVersion) => {
            try {
              return await ports.store.replace(job, expectedVersion);
            } catch (thrown: unknown) {
              unanswered.add(job.uniqueId);
              throw thrown;
            }
          },
          get: async (uniqueId) =>
            unanswered.delete(uniqueId) ? undefined : ports.store.get(uniqueId),
        },
      };
    },
  },
  {
    name: 'does not count a lost node as a failure',
    expects: 'S7',
    scenario: () => plainScenario({ jobs: [plainJob({ id: 'job-1', luck: 'killer' })] }),
    rule: (rule) => (job, now) => {
      const ruling = rule(job, now);
      if (!ruling.allowed || !isFailure(ruling.job, job)) return ruling;
      // Whoever claims counts the lost attempt before its own.
      return ruling.job.errorCode === 'NODE_LOST' || ruling.job.attempt > job.attempt
        ? { ...ruling, job: { ...ruling.job, failures: job.failures } }
        : ruling;
    },
  },
  {
    name: 'takes back no job of a dead node',
    expects: 'L1',
    rule: (rule, { daemon }) =>
      daemon === 'nommerd'
        ? rule
        : (job, now) => {
            const ruling = rule(job, now);
            const isTakenBack = ruling.allowed && job.lease !== null && ruling.job.lease === null;
            return isTakenBack && !isFinished(ruling.job) ? refuse(job, 'leased') : ruling;
          },
  },
  {
    name: 'does not release a message that it hands back',
    expects: 'L1b',
    scenario: struck('stop the holder'),
    ports: atNodes(() => ({ release: async () => undefined })),
  },
  {
    name: 'does not keep its message hidden while it works',
    expects: 'rule 3b',
    ports: atNodes(() => ({ extend: async () => undefined })),
  },
  {
    name: 'lets its message go after 11 hours without a fresh one',
    expects: 'S12',
    scenario: longHold,
    ports: atNodes(() => ({ send: async () => undefined })),
  },
  {
    name: 'works on more jobs than it has slots',
    expects: 'slots',
    ports: atNodes((queue) => ({ receive: (request) => queue.receive({ ...request, max: 10 }) })),
  },
  {
    name: 'does not heed spot notices',
    expects: 'rule 7',
    scenario: struck('spot notice'),
    ignoresNotices: true,
  },
  {
    name: 'works on when it is told to end',
    expects: 'rule 7',
    scenario: struck('stop the holder'),
    ignoresAbort: true,
  },
  {
    name: 'leaves its directories behind',
    expects: 'L5b',
    workSpace: (own) => ({
      make: (name) => own.make(name),
      signLife: (until) => own.signLife(until),
      remove: async () => undefined,
    }),
  },
  { name: 'leaves those of dead processes behind', expects: 'L5b', keepsDeadFolders: true },
];
