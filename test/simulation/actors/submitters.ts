import { NommerError } from '../../../src/core/errors.ts';
import { isFinished } from '../../../src/core/job.ts';
import type { NewJob } from '../../../src/core/job-rules/submit.ts';
import type { Installation } from '../installation.ts';
import type { JobPlan } from '../scenario.ts';
import { NOMMER } from './nommer.ts';

/** In every URI: nobody may ever say it. */
export const SECRET = 'hunter2hunter2';
const AGAIN_MS = 2000;

/** People who submit jobs, again and again until they are told that it is accepted; who cancel and retry. */
export function startPeople(installation: Installation): void {
  const { world, scenario } = installation;
  for (const plan of scenario.jobs) {
    for (let count = 0; count < plan.submits; count += 1) {
      const at = plan.submitAt + (count === 0 ? 0 : world.random.next() * 3000);
      world.after(at, () => void submit(plan, installation));
    }
    if (plan.cancelAt !== undefined) {
      world.after(plan.cancelAt, () => void operate('cancel', plan, installation));
    }
    if (plan.retryAt !== undefined) {
      world.after(plan.retryAt, () => void operate('retry', plan, installation));
    }
    if (plan.isRetriedAtEnd) retryAtEnd(plan, installation);
    if (plan.otherAt !== undefined) submitOther(plan, plan.otherAt, installation);
    if (plan.redeliverAt !== undefined) askAgain(plan, plan.redeliverAt, installation);
  }
}

/** Does something at a time, and lets the run not end before. */
function errand(
  atMs: number,
  { world, facts }: Installation,
  act: () => Promise<unknown> | undefined,
): void {
  facts.errands += 1;
  world.after(atMs, () => {
    void (act() ?? Promise.resolve()).finally(() => (facts.errands -= 1));
  });
}

function retryAtEnd(plan: JobPlan, installation: Installation): void {
  const { facts, world } = installation;
  let isRetried = false;
  facts.onStored.push(({ after }) => {
    if (after.uniqueId !== plan.id || isRetried) return;
    if (!isFinished(after) || after.jobState === 'FINISHED') return;
    isRetried = true;
    errand(world.random.next() * 30_000, installation, () => operate('retry', plan, installation));
  });
}

/** Something else under a key that is taken: must be refused. */
function submitOther(plan: JobPlan, at: number, installation: Installation): void {
  const { world, feederds, facts } = installation;
  const request = { ...requestOf(plan), requestHash: `hash of another ${plan.id}` };
  errand(at, installation, async () => {
    if (!facts.accepted.has(plan.id)) return;
    try {
      await world.random.pick(feederds).ask((desk) => desk.submit(request));
      world.violate('S6', `another request is accepted under the key ${plan.id}`);
    } catch (thrown: unknown) {
      if (thrown instanceof NommerError && thrown.code === 'IDEMPOTENCY_MISMATCH') {
        facts.count('another request under the same key is refused');
      }
    }
  });
}

function askAgain({ id }: JobPlan, at: number, installation: Installation): void {
  const { world, feederds, facts } = installation;
  errand(at, installation, async () => {
    try {
      await world.random.pick(feederds).ask((desk) => desk.redeliver(id, `${id}_1`));
      facts.count('a notification is asked for again');
    } catch (thrown: unknown) {
      world.note('operator', `${id}_1 again: ${String(thrown)}`);
    }
  });
}

/** As the API makes it of a request; the id follows from the key. */
function requestOf(plan: JobPlan): NewJob {
  const { id, notify } = plan;
  const url = `http://user:${SECRET}@receiver/${id}`;
  return {
    uniqueId: id,
    sourcePath: `http://user:${SECRET}@source/${id}.mp4`,
    destPath: destOf(plan.destination),
    nommer: NOMMER,
    options: {},
    notifyUrl: notify === 'url' ? url : null,
    notify: typeof notify === 'string' ? null : { url, events: notify, secret: null },
    metadata: {},
    submitter: null,
    requestHash: `hash of ${id}`,
  };
}

export function destOf(id: string): string {
  return `http://user:${SECRET}@dest/${id}.mp4`;
}

async function submit(plan: JobPlan, installation: Installation): Promise<void> {
  const { world, judge, feederds } = installation;
  const request = requestOf(plan);
  for (;;) {
    try {
      const job = await world.random.pick(feederds).ask((desk) => desk.submit(request));
      world.note('client', `${job.uniqueId} is accepted`);
      judge.tell('accepted', {
        key: plan.id,
        hash: request.requestHash ?? '',
        jobId: job.uniqueId,
      });
      installation.facts.accepted.set(plan.id, job.uniqueId);
      return;
    } catch (thrown: unknown) {
      const mayPass = thrown instanceof NommerError && thrown.retryable;
      if (!mayPass) return world.violate('S6', `the submit of ${plan.id} fails: ${String(thrown)}`);
    }
    await new Promise<void>((resolve) => world.after(AGAIN_MS, resolve));
  }
}

async function operate(
  what: 'cancel' | 'retry',
  { id }: JobPlan,
  { world, feederds }: Installation,
): Promise<void> {
  try {
    await world.random.pick(feederds).ask((desk) => desk[what](id));
    world.note('operator', `${what} of ${id} is accepted`);
  } catch (thrown: unknown) {
    world.note('operator', `${what} of ${id}: ${String(thrown)}`);
  }
}
