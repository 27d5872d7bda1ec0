import type { FastifyInstance } from 'fastify';
import { NommerError } from '../../core/errors.ts';
import type { ApiDeps } from './api-deps.ts';
import { addCall } from './calls/add-call.ts';
import { INSTALLATION_CALLS } from './calls/installation-calls.ts';

type MetricsDeps = Pick<
  ApiDeps,
  'metrics' | 'openJobs' | 'untoldJobs' | 'newJobs' | 'nodeStates' | 'events'
>;

/** `GET /metrics`, for Prometheus. */
export function addMetrics(api: FastifyInstance, deps: MetricsDeps): void {
  const { metrics } = deps;
  addCall(api, INSTALLATION_CALLS.metrics, async ({ caller }, reply) => {
    if (caller.onlyOwn) {
      throw new NommerError(
        'FORBIDDEN',
        'Metrics are of all jobs; this token is for its own only (onlyOwn)',
      );
    }
    const text = await metrics.read(deps);
    return reply.type(metrics.contentType).send(text);
  });
}

/** Counts every request that is answered. Before all routes. */
export function countRequests(api: FastifyInstance, metrics: MetricsDeps['metrics']): void {
  api.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request;
    const isStream = String(reply.getHeader('content-type')).startsWith('text/event-stream');
    if (!isStream) {
      metrics.requestAnswered({
        method,
        route: routeOptions.url,
        status: reply.statusCode,
        seconds: reply.elapsedTime / 1000,
      });
    }
    done();
  });
}
