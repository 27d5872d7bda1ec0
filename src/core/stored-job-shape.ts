import type { EncodingJob } from './job.ts';
import { JOB_STATES } from './job-states.ts';

type Check = (value: unknown) => boolean;

/** What `Date` can hold. */
const MAX_TIME = 8.64e15;
const STATES: ReadonlySet<unknown> = new Set(JOB_STATES);

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => Number.isFinite(value);
const flag: Check = (value) => typeof value === 'boolean';
const time: Check = (value) => typeof value === 'number' && Math.abs(value) <= MAX_TIME;
const state: Check = (value) => STATES.has(value);
const anything: Check = (value) => value !== undefined;
const record: Check = (value) => isRecord(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
/** Of what earlier versions did not know. */
const ifThere =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const shapeOf = (fields: Readonly<Record<string, Check>>): Check => {
  const checks = Object.entries(fields);
  return (value) => isRecord(value) && checks.every(([name, check]) => check(value[name]));
};

const told = { id: text, sequence: number, jobState: state, tries: number };
const result = shapeOf({
  source: orNull(record),
  outputs: listOf(shapeOf({ uri: text, size: number })),
});

/** All that the rules, the lists and the API take for granted of a job. */
const FIELDS: Readonly<Record<keyof EncodingJob, Check>> = {
  uniqueId: text,
  sourcePath: text,
  destPath: text,
  nommer: text,
  options: anything,
  sealed: ifThere(orNull(text)),
  notifyUrl: orNull(text),
  notify: ifThere(orNull(shapeOf({ url: text, events: listOf(text), secret: orNull(text) }))),
  metadata: record,
  jobState: state,
  jobStateDetails: orNull(text),
  errorCode: ifThere(orNull(text)),
  createdAt: time,
  modifiedAt: time,
  version: number,
  changeIds: ifThere(listOf(text)),
  attempt: number,
  failures: number,
  lease: orNull(shapeOf({ nodeId: text, until: number })),
  queued: flag,
  notBefore: orNull(number),
  cancelRequested: flag,
  progress: orNull(record),
  timings: listOf(shapeOf({ state, attempt: number, at: time, details: ifThere(text) })),
  result: orNull(result),
  made: ifThere(orNull(shapeOf({ attempt: number, result }))),
  translated: listOf(text),
  log: text,
  undelivered: listOf(shapeOf({ ...told, createdAt: time, nextTryAt: time })),
  deliveries: listOf(shapeOf({ ...told, outcome: text, at: time })),
  notificationCount: number,
  submitter: ifThere(orNull(text)),
  requestHash: ifThere(orNull(text)),
};
const CHECKS = Object.entries(FIELDS);

/** @returns why this is no job as it is stored; undefined where it is one */
export function faultOf(value: unknown): string | undefined {
  if (!isRecord(value)) return 'it is no object';
  const [name] = CHECKS.find(([field, check]) => !check(value[field])) ?? [];
  return name === undefined ? undefined : `its "${name}" is not what it has to be`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
