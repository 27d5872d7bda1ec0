import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WireBatch, WireJobPage } from '../../core/api-wire.ts';
import { NommerError } from '../../core/errors.ts';
import { toWireJob } from '../../core/job-wire.ts';
import { redact } from '../../core/redact.ts';
import type { ApiDeps } from './api-deps.ts';
import type { Caller } from './caller.ts';
import { addCall } from './calls/add-call.ts';
import { JOB_CALLS, MAX_BATCH } from './calls/job-calls.ts';
import { checkSeen, getJob, listJobs } from './own-jobs.ts';
import { checkJobId, readListing } from './read-query.ts';
import { MAX_KEY_LENGTH, readSubmit } from './read-submit.ts';
import { toComplaint, toProblem } from './to-problem.ts';

/** Enough to keep a remote store busy, few enough to leave it to others too. */
const SUBMITS_AT_A_TIME = 25;

/** Today's calls about jobs: resources, status codes, problem details. */
export function addJobCalls(
  api: FastifyInstance,
  { backend, desk, settings }: Pick<ApiDeps, 'backend' | 'desk' | 'settings'>,
): void {
  const submit = async (body: unknown, submitter: string | null, idempotencyKey?: string) =>
    desk.submit(readSubmit(body, settings, { strict: true, idempotencyKey, submitter }));

  addCall(api, JOB_CALLS.submit, async (request, reply) => {
    const { body, headers, caller } = request;
    const key = headers['idempotency-key']?.toString();
    if (Array.isArray(body)) return reply.code(207).send(await submitAll(body, request, key));
    const job = await submit(body, caller.name, key);
    return reply.code(202).header('location', `/jobs/${job.uniqueId}`).send(toWireJob(job));
  });

  /**
   * Each job for itself; but once the store is away, none of the rest is tried. One key for all makes one
   * of its own for every place in the list.
   */
  async function submitAll(
    bodies: readonly unknown[],
    { caller, url }: Pick<FastifyRequest, 'caller' | 'url'>,
    key: string | undefined,
  ): Promise<WireBatch> {
    if (bodies.length === 0 || bodies.length > MAX_BATCH) {
      throw new NommerError(
        'BADINPUT',
        `A list must hold 1 to ${MAX_BATCH} jobs; received ${bodies.length}`,
      );
    }
    let away: NommerError | undefined;
    const one = async (body: unknown, index: number): Promise<WireBatch['jobs'][number]> => {
      try {
        if (away !== undefined) throw away;
        const job = await submit(body, caller.name, key && keyInList(key, index));
        return { status: 202, job: toWireJob(job) };
      } catch (thrown: unknown) {
        if (thrown instanceof NommerError && thrown.code === 'UNAVAILABLE') away = thrown;
        const problem = toProblem(toComplaint(thrown), url);
        return { status: problem.status, problem };
      }
    };
    const jobs: WireBatch['jobs'] = [];
    while (jobs.length < bodies.length) {
      const first = jobs.length;
      const some = bodies.slice(first, first + SUBMITS_AT_A_TIME);
      jobs.push(...(await Promise.all(some.map((body, index) => one(body, first + index)))));
    }
    return { jobs };
  }

  addCall(api, JOB_CALLS.list, async ({ query, caller }): Promise<WireJobPage> => {
    const listing = readListing(query, { strict: true });
    const { jobs, cursor } = await listJobs(backend, listing, caller);
    return { jobs: jobs.map(toWireJob), ...(cursor !== undefined && { cursor }) };
  });

  const idFor = ({ id }: { readonly id: string }, caller: Caller) =>
    checkSeen(backend, checkJobId(id), caller);

  addCall(api, JOB_CALLS.get, async ({ params, caller }) =>
    toWireJob(await getJob(backend, checkJobId(params.id), caller)),
  );

  addCall(api, JOB_CALLS.cancel, async ({ params, caller }) =>
    toWireJob(await desk.cancel(await idFor(params, caller))),
  );

  addCall(api, JOB_CALLS.retry, async ({ params, caller }, reply) => {
    const job = await desk.retry(await idFor(params, caller));
    return reply.code(202).send(toWireJob(job));
  });

  addCall(api, JOB_CALLS.redeliver, async ({ params, caller }, reply) => {
    const job = await desk.redeliver(await idFor(params, caller), params.notification);
    return reply.code(202).send(toWireJob(job));
  });

  addCall(api, JOB_CALLS.log, async ({ params, caller }, reply) => {
    const { log } = await getJob(backend, checkJobId(params.id), caller);
    return reply.type('text/plain; charset=utf-8').send(redact(log));
  });
}

/** A key may be as long as one is allowed to be: then its place is in a digest of it. */
function keyInList(key: string, index: number): string {
  const whole = `${key}#${index}`;
  if (key.length > MAX_KEY_LENGTH || whole.length <= MAX_KEY_LENGTH) return whole;
  return `${createHash('sha256').update(key).digest('hex')}#${index}`;
}
