import {
  fastify,
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { addCallsOf2012 } from './add-calls-of-2012.ts';
import { addEventCalls } from './add-event-calls.ts';
import { addInstallationCalls } from './add-installation-calls.ts';
import { addJobCalls } from './add-job-calls.ts';
import type { ApiDeps } from './api-deps.ts';
import { parseBody } from './parse-body.ts';
import { refuseForeignPages } from './refuse-foreign-pages.ts';
import { refuseOtherMethods } from './refuse-other-methods.ts';
import { toComplaint, toProblem, type Complaint } from './to-problem.ts';
import { watchUnusedConnections } from './watch-unused-connections.ts';

/** A whole request has to be here by then; answers may take as long as they like. */
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * The application behind feederd's port, without a port yet: the caller listens, and closes. Closing
 * ends the event streams, lets requests in hand finish and closes `deps.events`.
 */
export async function createApi(deps: ApiDeps): Promise<FastifyInstance> {
  const { settings, events } = deps;
  const logger: FastifyBaseLogger = deps.logger;
  const api = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: settings.feederdBodyLimitBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // A request that got in before the end is still served: its job may be stored already.
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1000 },
    frameworkErrors: (thrown, request, reply) => {
      void sendProblem(reply, request.url, toComplaint(thrown));
    },
  });

  api.removeAllContentTypeParsers();
  api.addContentTypeParser(
    /^application\/(?:[\w.-]+\+)?json(?:;|$)/,
    { parseAs: 'string' },
    (_request: FastifyRequest, body: string, done) => done(null, parseBody(body)),
  );
  api.setErrorHandler((thrown, request, reply) => {
    const complaint = toComplaint(thrown);
    if (complaint.status >= 500) {
      request.log.error({ err: thrown }, `${request.method} ${request.routeOptions.url} failed`);
    }
    return sendProblem(reply, request.url, complaint);
  });
  api.setNotFoundHandler((request, reply) => {
    const message = 'There is no such path; jobs are at /jobs';
    return sendProblem(reply, request.url, { code: 'NO_SUCH_CALL', status: 404, message });
  });
  // Tokens and rate limits belong here too: before a body is read.
  api.addHook('onRequest', (request, reply, done) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    try {
      refuseForeignPages(request.headers, settings.feederdHost);
    } catch (thrown: unknown) {
      sendProblem(reply, request.url, toComplaint(thrown));
      return;
    }
    done();
  });
  api.addHook('onResponse', ({ log, method, routeOptions }, { statusCode, elapsedTime }, done) => {
    log.debug({ status: statusCode, ms: elapsedTime }, `${method} ${routeOptions.url}`);
    done();
  });
  const dropUnusedConnections = watchUnusedConnections(api.server);
  api.addHook('preClose', (done) => {
    events.close();
    dropUnusedConnections();
    done();
  });

  await refuseOtherMethods(api, async () => {
    // In a scope of their own: they answer errors in another way.
    await api.register((scope, _options, done) => {
      addCallsOf2012(scope, deps);
      done();
    });
    addJobCalls(api, deps);
    addEventCalls(api, deps);
    addInstallationCalls(api, deps);
  });
  return api;
}

function sendProblem(reply: FastifyReply, url: string, complaint: Complaint): FastifyReply {
  if (complaint.code === 'UNAVAILABLE') reply.header('retry-after', '5');
  return reply
    .code(complaint.status)
    .type('application/problem+json')
    .send(JSON.stringify(toProblem(complaint, url)));
}
