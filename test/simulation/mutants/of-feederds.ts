import { isFinished, type EncodingJob } from '../../../src/core/job.ts';
import { enterState } from '../../../src/core/job-rules/enter-state.ts';
import { decodeJobMessage, encodeJobMessage } from '../../../src/core/messages.ts';
import type { Fleet } from '../../../src/core/ports.ts';
import { plainJob, plainScenario, struck } from '../scenario.ts';
import type { Installation } from '../installation.ts';
import type { FeederdSoil, Mutant } from './mutant.ts';
import { jobsRead } from './planting.ts';

/** Bugs of a feederd: of how it accepts jobs, looks after them, tells of them and gets nodes. */

const EVERY_MS = 5000;

/** Plants a chore that a feederd which leads does every few seconds. */
function chore(act: (soil: FeederdSoil) => Promise<unknown>): Required<Mutant>['chore'] {
  return async (soil) => {
    while (!soil.stop.aborted) {
      await act(soil).catch(() => undefined);
      await soil.process.clock.sleep(EVERY_MS, soil.stop);
    }
  };
}

/** Plants into the fleet as feederd sees it. */
function fleet(
  plant: (own: Fleet, installation: Installation) => Partial<Fleet>,
): Required<Mutant>['ports'] {
  return (ports, { installation }) => ({
    ...ports,
    fleet: { ...ports.fleet, ...plant(ports.fleet, installation) },
  });
}

export const OF_FEEDERDS: readonly Mutant[] = [
  {
    name: 'abandons by age while a healthy node works',
    expects: 'rule 9',
    of2012: true,
    chore: chore(async ({ cache, backend, process, installation }) => {
      const limitMs = installation.settings.abandonAfterSeconds * 1000;
      const isOld = ({ createdAt }: EncodingJob) => process.clock.now() - createdAt > limitMs;
      for (const { uniqueId } of cache.jobs().filter((job) => !isFinished(job) && isOld(job))) {
        await backend.change(uniqueId, (job, now) =>
          isFinished(job)
            ? { allowed: false, job, refusal: 'finished' }
            : enterState(job, 'ABANDONED', now, { lease: null }),
        );
      }
    }),
  },
  {
    name: 'the maximum is of new nodes only',
    expects: 'S8',
    of2012: true,
    ports: fleet((own, { settings, fleet: twin }) => ({
      nodes: () => Promise.resolve([]),
      launch: (request) =>
        own.launch({ ...request, maximum: settings.maxNodes + twin.living().length }),
    })),
  },
  {
    name: 'hears of ten changes a minute',
    expects: 'L2c',
    of2012: true,
    ports: (ports, { daemon, process }) =>
      daemon === 'nommerd'
        ? ports
        : {
            ...ports,
            stateChanges: {
              ...ports.stateChanges,
              receive: async (request) => {
                await process.clock.sleep(60_000, request.signal);
                return ports.stateChanges.receive({ ...request, max: 10 });
              },
            },
          },
  },
  {
    name: 'forgets notifications while it is down',
    expects: 'L5',
    scenario: struck('all feederds die'),
    of2012: true,
    ports: (ports, soil) => {
      if (soil.daemon === 'feederd') soil.installation.stateChanges.wipe();
      return jobsRead((job) => (isFinished(job) ? undefined : job))(ports, soil);
    },
  },
  {
    name: 'accepts before it has stored',
    expects: 'S1',
    desk: (desk) => ({
      submit: async (request) => {
        const storing = desk.submit(request);
        storing.catch(() => undefined);
        return { ...request, uniqueId: request.uniqueId } as EncodingJob;
      },
    }),
  },
  {
    name: 'never sends a job again',
    expects: 'L2b',
    ports: (ports) => ({
      ...ports,
      store: { ...ports.store, create: (job) => ports.store.create({ ...job, queued: true }) },
      newJobs: {
        ...ports.newJobs,
        depth: () => Promise.resolve({ waiting: 1000, delayed: 0, inFlight: 0 }),
      },
    }),
  },
  {
    name: 'makes another job of a repeated submit',
    expects: 'S6',
    desk: (desk, { installation: { world } }) => ({
      submit: (request) =>
        desk.submit({ ...request, uniqueId: `${request.uniqueId}.${world.random.whole(1, 1e6)}` }),
    }),
  },
  {
    name: 'launches twice when the answer gets lost',
    expects: 'S8',
    scenario: () =>
      plainScenario({
        jobs: [plainJob({ id: 'job-1' })],
        strike: { call: 'launch ', fate: 'answer lost', passes: 0 },
      }),
    ports: fleet((own, { settings, fleet: twin }) => ({
      launch: async (request) => {
        try {
          return await own.launch(request);
        } catch {
          // Nothing but the token keeps EC2 from launching twice.
          const token = `${request.token} again`;
          const maximum = settings.maxNodes + twin.living().length;
          return await own.launch({ ...request, token, maximum });
        }
      },
    })),
  },
  {
    name: 'numbers notifications anew after a retry',
    expects: 'S9',
    rule: (rule) => (job, now) => {
      const ruling = rule(job, now);
      const isRetry = ruling.allowed && isFinished(job) && !isFinished(ruling.job);
      return isRetry ? { ...ruling, job: { ...ruling.job, notificationCount: 0 } } : ruling;
    },
  },
  {
    name: 'notes a notification before it is sent',
    expects: 'S9',
    rule: (rule) => (job, now) => {
      const ruling = rule(job, now);
      if (!ruling.allowed) return ruling;
      const deliveries = ruling.job.undelivered.map((each) => ({
        ...each,
        outcome: 'delivered' as const,
        at: now,
      }));
      return {
        ...ruling,
        job: {
          ...ruling.job,
          undelivered: [],
          deliveries: [...ruling.job.deliveries, ...deliveries],
        },
      };
    },
  },
  {
    name: 'scales in by the number of jobs alone',
    expects: 'S11',
    chore: chore(async ({ cache, ports, installation }) => {
      const jobs = cache.jobs().filter((job) => !isFinished(job)).length;
      const nodes = await ports.fleet.nodes();
      const tooMany = nodes.length * installation.settings.slotsPerNode - jobs;
      if (tooMany > 0 && nodes.length > 1)
        await ports.fleet.terminate(nodes.slice(0, 1).map(({ nodeId }) => nodeId));
    }),
  },
  {
    name: 'takes nodes for dead by its own clock',
    expects: 'rule 8',
    chore: chore(async ({ cache, backend, process }) => {
      const { clock } = process;
      const isOver = ({ lease }: EncodingJob) => lease !== null && lease.until < clock.now();
      for (const { uniqueId } of cache.jobs().filter(isOver)) {
        await backend.change(uniqueId, (job, now) =>
          isOver(job)
            ? enterState(job, 'PENDING', now, { lease: null, failures: job.failures + 1 })
            : { allowed: false, job, refusal: 'leased' },
        );
      }
    }),
  },
  {
    name: 'buries jobs that somebody works on',
    expects: 'rule 8c',
    scenario: () => ({ ...struck('double a message')(), slotsPerNode: 3, maxReceives: 1 }),
    chore: chore(async ({ ports: { newJobs }, backend }) => {
      for (const { body, receipt } of await newJobs.deadLetters()) {
        await backend.change(decodeJobMessage(body) ?? '', (job, now) =>
          enterState(job, 'ERROR', now, { lease: null, errorCode: 'UNDELIVERABLE' }),
        );
        await newJobs.removeDeadLetter(receipt);
      }
    }),
  },
  {
    name: 'does not end nodes that never report',
    expects: 'L4',
    settings: { ec2BootDeadlineSeconds: 1e6 },
  },
  {
    name: 'says the source in its queue',
    expects: 'S10',
    ports: (ports, { installation: { store } }) => ({
      ...ports,
      newJobs: {
        ...ports.newJobs,
        send: (body, delaySeconds) => {
          const [job] = store.all().filter(({ uniqueId }) => body === encodeJobMessage(uniqueId));
          return ports.newJobs.send(
            JSON.stringify({ unique_id: job?.uniqueId, of: job?.sourcePath }),
            delaySeconds,
          );
        },
      },
    }),
  },
];
