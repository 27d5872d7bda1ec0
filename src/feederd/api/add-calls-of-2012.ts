import type { FastifyInstance } from 'fastify';
import { toWireJob } from '../../core/job-wire.ts';
import type { ApiDeps } from './api-deps.ts';
import { addCall } from './calls/add-call.ts';
import { CALLS_OF_2012 } from './calls/calls-of-2012.ts';
import { checkSeen, getJob, listJobs } from './own-jobs.ts';
import { readJobId, readListing } from './read-query.ts';
import { readSubmit } from './read-submit.ts';
import { BEARER, tellRetryAfter } from './send-problem.ts';
import { toComplaint } from './to-problem.ts';

/**
 * The calls that the published clients of 2012 make. They take any HTTP error for a lost connection, so
 * every answer is a 200 that says `success` in its body, and JSON comes under whatever Content-Type their
 * HTTP library thinks of. Only 401 is told as what it is: it makes an HTTP library show the token that it
 * was given. Fields unknown here are ignored, as they were then.
 */
export function addCallsOf2012(api: FastifyInstance, deps: ApiDeps): void {
  const { backend, desk, settings } = deps;

  api.addHook('onRequest', (request, _reply, done) => {
    request.headers['content-type'] = 'application/json';
    done();
  });

  api.setErrorHandler((thrown, request, reply) => {
    const complaint = toComplaint(thrown);
    const { code, status, message } = complaint;
    if (status >= 500) request.log.error({ err: thrown }, `${request.url} failed`);
    tellRetryAfter(reply, complaint);
    // Basic is what urllib2 knows. Browsers would ask their user for it, so today's calls have no such word.
    if (status === 401) reply.header('www-authenticate', `${BEARER}, Basic realm="media-nommer"`);
    return reply
      .code(status === 401 ? 401 : 200)
      .send({ success: false, error_code: code, message });
  });

  addCall(api, CALLS_OF_2012.submit, async ({ body, headers, caller }) => {
    const idempotencyKey = headers['idempotency-key']?.toString();
    const options = { strict: false, idempotencyKey, submitter: caller.name };
    const job = await desk.submit(readSubmit(body, settings, options));
    return { success: true, job_id: job.uniqueId };
  });

  addCall(api, CALLS_OF_2012.status, async ({ body, caller }) => {
    const job = await getJob(backend, readJobId(body), caller);
    return { success: true, job: toWireJob(job) };
  });

  addCall(api, CALLS_OF_2012.list, async ({ body, caller }) => {
    const listing = readListing(body ?? {}, { strict: false });
    const { jobs, cursor } = await listJobs(backend, listing, caller);
    return { success: true, jobs: jobs.map(toWireJob), cursor };
  });

  addCall(api, CALLS_OF_2012.cancel, async ({ body, caller }) => {
    const job = await desk.cancel(await checkSeen(backend, readJobId(body), caller));
    return { success: true, job_id: job.uniqueId, job: toWireJob(job) };
  });
}
