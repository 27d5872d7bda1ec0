import { isFinished, type EncodingJob } from '../job.ts';
import type { Delivery, Notification, NotifyEvent, Told } from '../notification.ts';
import { jitterOf } from './jitter.ts';
import { change, refuse, type Ruling } from './ruling.ts';

/** Seconds until the next try after the 1st, 2nd, … failed one: about three days in all. */
const RETRY_AFTER_SECONDS = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;
/** A receiver that asks for more time than this is tried again all the same. */
const MAX_RETRY_AFTER_SECONDS = 86_400;
/** Waits are up to so much longer, so that what failed together is not tried again together. */
const JITTER = 0.1;
/** So many failed tries hold back the later notifications of the same job, and no more. */
const HOLDING_TRIES = 2;
/** From the end of one notification of progress to the next one. */
const PROGRESS_DISTANCE_MS = 5000;
/** A stored job must stay small, whatever its receiver does. */
const MAX_PENDING = 50;
const MAX_DELIVERIES = 50;
const MAX_ERROR_LENGTH = 200;
const GONE = 410;

/** What happened when a notification was tried. */
export type DeliveryOutcome =
  | { readonly delivered: true; readonly status?: number }
  | {
      readonly delivered: false;
      readonly error: string;
      readonly status?: number;
      /** Another try would come to nothing, too. */
      readonly isFinal?: true;
      /** What the receiver asks for. */
      readonly retryAfterSeconds?: number;
    };

/** The job with one more notification about its state, if anybody wants to hear of it. */
export function withNotification(job: EncodingJob, now: number): EncodingJob {
  const event = eventOfState(job);
  return event === null || isGone(job) ? job : withOneMore(job, event, now);
}

/** The job with a notification about its progress, if anybody wants to hear of it and none is pending. */
export function withProgressNotification(job: EncodingJob, now: number): EncodingJob {
  const isWanted = job.notify?.events.includes('progress') === true && job.progress !== null;
  if (!isWanted || isGone(job)) return job;
  if (job.undelivered.some(isProgress)) {
    // It tells of the job as it is when it is sent, so it is about this progress now.
    const undelivered = job.undelivered.map((each) =>
      isProgress(each) ? { ...each, createdAt: now } : each,
    );
    return { ...job, undelivered };
  }
  const last = job.deliveries.findLast(isProgress);
  const isEarly = last !== undefined && now - last.at < PROGRESS_DISTANCE_MS;
  return isEarly ? job : withOneMore(job, 'progress', now);
}

/** The notifications to try now, oldest first. */
export function dueNotifications(job: EncodingJob, now: number): readonly Notification[] {
  return inTurn(job).filter((notification) => timeOf(notification) <= now);
}

/** When the job's next notification is to be tried; undefined where there is none. */
export function nextDueAt(job: EncodingJob): number | undefined {
  const times = inTurn(job).map(timeOf);
  return times.length === 0 ? undefined : Math.min(...times);
}

/**
 * Records one try: delivered, to be tried again later, or given up after the last try or a final one. A
 * receiver that is gone (410) is told nothing more of this job.
 */
export function recordDelivery(
  job: EncodingJob,
  notificationId: string,
  outcome: DeliveryOutcome,
  now: number,
): Ruling {
  const notification = job.undelivered.find(({ id }) => id === notificationId);
  if (notification === undefined) return refuse(job, 'unchanged');

  const tries = notification.tries + 1;
  const tried: Notification = {
    ...notification,
    tries,
    lastTryAt: now,
    lastStatus: outcome.status ?? null,
    lastError: outcome.delivered
      ? notification.lastError
      : outcome.error.slice(0, MAX_ERROR_LENGTH),
  };
  const others = job.undelivered.filter((each) => each !== notification);
  if (outcome.delivered) {
    const delivery = toDelivery(tried, 'delivered', now);
    return told(job, now, { undelivered: others, deliveries: keep(job.deliveries, [delivery]) });
  }
  const waitSeconds = RETRY_AFTER_SECONDS[tries - 1];
  const isFinal = outcome.status === GONE || outcome.isFinal === true;
  if (isFinal || waitSeconds === undefined || isOutdated(tried, job)) {
    const ended = outcome.status === GONE ? [...others, tried] : [tried];
    return told(job, now, {
      undelivered: job.undelivered.filter(({ id }) => !ended.some((each) => each.id === id)),
      deliveries: giveUp(job, ended, now),
    });
  }
  const askedSeconds = Math.min(outcome.retryAfterSeconds ?? 0, MAX_RETRY_AFTER_SECONDS);
  const jitter = 1 + JITTER * jitterOf(`${notification.id} ${tries}`);
  const waitMs = Math.round(Math.max(waitSeconds, askedSeconds) * jitter * 1000);
  const later = { ...tried, nextTryAt: now + waitMs };
  return told(job, now, {
    undelivered: job.undelivered.map((each) => (each === notification ? later : each)),
  });
}

/**
 * Has a notification tried at once and with all its tries, whatever became of it before.
 * @param which its id or its number
 */
export function redeliver(job: EncodingJob, which: string, now: number): Ruling {
  const isMeant = ({ id, sequence }: Told) => id === which || String(sequence) === which;
  const waiting = job.undelivered.find(isMeant);
  const past = job.deliveries.find(isMeant);
  const before = waiting ?? past;
  if (before === undefined) return refuse(job, 'no-such-notification');
  const again: Notification = { ...whatIsTold(before), tries: 0, nextTryAt: now };
  return told(job, now, {
    undelivered: [...job.undelivered.filter((each) => each !== waiting), again].toSorted(
      (a, b) => a.sequence - b.sequence,
    ),
    deliveries: job.deliveries.filter((each) => each !== past),
  });
}

/** A job's are tried in their order; one that has failed twice holds back those after it no longer. */
function inTurn({ undelivered }: EncodingJob): readonly Notification[] {
  const holding = undelivered.findIndex(({ tries }) => tries < HOLDING_TRIES);
  return holding === -1 ? undelivered : undelivered.slice(0, holding + 1);
}

/** One that was never tried is due, whatever the time was on the machine that made it. */
function timeOf({ tries, nextTryAt }: Notification): number {
  return tries === 0 ? 0 : nextTryAt;
}

/** The end is told once, to those who asked for it and to those who asked for all states. */
function eventOfState(job: EncodingJob): NotifyEvent | null {
  const { notify, notifyUrl } = job;
  if (notify === null) return notifyUrl !== null && isFinished(job) ? 'finished' : null;
  if (isFinished(job) && notify.events.includes('finished')) return 'finished';
  return notify.events.includes('state') ? 'state' : null;
}

function withOneMore(job: EncodingJob, event: NotifyEvent, now: number): EncodingJob {
  const sequence = job.notificationCount + 1;
  const notification: Notification = {
    // Part of what is signed, and set apart there by full stops: so it has none.
    id: `${job.uniqueId}_${sequence}`,
    sequence,
    event,
    jobState: job.jobState,
    createdAt: now,
    tries: 0,
    nextTryAt: now,
    lastTryAt: null,
    lastStatus: null,
    lastError: null,
  };
  const failed = job.undelivered.filter((each) => each.tries > 0 && isOutdated(each, job));
  const pending = job.undelivered.filter((each) => !failed.includes(each));
  const tooMany = pending
    .slice(0, Math.max(pending.length + 1 - MAX_PENDING, 0))
    .map((each) => ({ ...each, lastError: `more than ${MAX_PENDING} were waiting` }));
  return {
    ...job,
    notificationCount: sequence,
    undelivered: [...pending.slice(tooMany.length), notification],
    deliveries: giveUp(job, [...failed, ...tooMany], now),
  };
}

/** Progress is not worth another try once the job is in another state. */
function isOutdated(notification: Notification, job: EncodingJob): boolean {
  return isProgress(notification) && notification.jobState !== job.jobState;
}

function isProgress({ event }: { readonly event: NotifyEvent }): boolean {
  return event === 'progress';
}

/** Whether the receiver has said that it wants no more. Whatever it takes after that, says otherwise. */
function isGone({ deliveries }: EncodingJob): boolean {
  return deliveries.at(-1)?.lastStatus === GONE;
}

function giveUp(job: EncodingJob, ended: readonly Notification[], now: number) {
  return keep(
    job.deliveries,
    ended.map((each) => toDelivery(each, 'given-up', now)),
  );
}

/** The latest deliveries; of those of progress, which would push out all others, the latest only. */
function keep(before: readonly Delivery[], added: readonly Delivery[]): readonly Delivery[] {
  if (added.length === 0) return before;
  const all = [...before, ...added];
  const progress = all.findLast(isProgress);
  return all.filter((each) => !isProgress(each) || each === progress).slice(-MAX_DELIVERIES);
}

function toDelivery(
  notification: Notification,
  outcome: Delivery['outcome'],
  at: number,
): Delivery {
  return { ...whatIsTold(notification), outcome, at };
}

/** What it has in common while it waits and when it needs nothing more. */
function whatIsTold(notification: Notification | Delivery): Told {
  const { id, sequence, event, jobState, createdAt } = notification;
  const { tries, lastTryAt, lastStatus, lastError } = notification;
  return { id, sequence, event, jobState, createdAt, tries, lastTryAt, lastStatus, lastError };
}

/** A try is no work on the job: one that nobody works on is abandoned no later because of it. */
function told(job: EncodingJob, now: number, patch: Partial<EncodingJob>): Ruling {
  return change(job, isFinished(job) ? now : job.modifiedAt, patch);
}
