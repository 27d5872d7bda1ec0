import type { FastifyInstance } from 'fastify';
import { toWireJob } from '../../core/job-wire.ts';
import type { ApiDeps } from './api-deps.ts';
import { readJobId, readListing } from './read-query.ts';
import { readSubmit } from './read-submit.ts';
import { toComplaint } from './to-problem.ts';

/**
 * The calls that the published clients of 2012 make. They take any HTTP error for a lost connection, so
 * every answer is a 200 that says `success` in its body, and JSON comes under whatever Content-Type their
 * HTTP library thinks of. Fields unknown here are ignored, as they were then.
 */
export function addCallsOf2012(api: FastifyInstance, deps: ApiDeps): void {
  const { backend, desk, settings } = deps;

  api.addHook('onRequest', (request, _reply, done) => {
    request.headers['content-type'] = 'application/json';
    done();
  });

  api.setErrorHandler((thrown, request, reply) => {
    const { code, status, message } = toComplaint(thrown);
    if (status >= 500) request.log.error({ err: thrown }, `${request.url} failed`);
    return reply.code(200).send({ success: false, error_code: code, message });
  });

  api.post('/job/submit', async ({ body, headers }) => {
    const idempotencyKey = headers['idempotency-key']?.toString();
    const job = await desk.submit(readSubmit(body, settings, { strict: false, idempotencyKey }));
    return { success: true, job_id: job.uniqueId };
  });

  api.post('/job/status', async ({ body }) => {
    const job = await backend.get(readJobId(body));
    return { success: true, job: toWireJob(job) };
  });

  api.post('/job/list', async ({ body }) => {
    const { jobs, cursor } = await backend.store.recent(readListing(body ?? {}, { strict: false }));
    return { success: true, jobs: jobs.map(toWireJob), cursor };
  });

  api.post('/job/cancel', async ({ body }) => {
    const job = await desk.cancel(readJobId(body));
    return { success: true, job_id: job.uniqueId, job: toWireJob(job) };
  });
}
