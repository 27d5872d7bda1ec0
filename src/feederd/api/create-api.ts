import {
  fastify,
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
} from 'fastify';
import { addCallsOf2012 } from './add-calls-of-2012.ts';
import { addDocumentCalls } from './add-document-calls.ts';
import { addEventCalls } from './add-event-calls.ts';
import { addHistoryCalls } from './add-history-calls.ts';
import { addInstallationCalls } from './add-installation-calls.ts';
import { addJobCalls } from './add-job-calls.ts';
import { addOutputCalls } from './add-output-calls.ts';
import { addPage } from './add-page.ts';
import { addSessionCalls } from './add-session-calls.ts';
import { addMetrics, countRequests } from './add-metrics.ts';
import { addAdmission } from './add-admission.ts';
import type { ApiDeps } from './api-deps.ts';
import { answerClientError } from './answer-client-error.ts';
import type { Call } from './calls/call.ts';
import { parseBody } from './parse-body.ts';
import { refuseOtherMethods } from './refuse-other-methods.ts';
import { sendProblem } from './send-problem.ts';
import { toComplaint } from './to-problem.ts';
import { watchUnusedConnections } from './watch-unused-connections.ts';

/** Of a request's time, as much is for its headers at most. */
const HEADERS_TIMEOUT_MS = 10_000;
/** How often Node looks for requests whose time is up. */
const CHECK_MS = 5000;
/** A reader that takes nothing of an answer for so long is gone. */
const STALL_MS = 300_000;

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
    trustProxy: [...settings.trustedProxies],
    ...timeouts(settings.requestTimeoutSeconds * 1000),
    clientErrorHandler: answerClientError,
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
  addAdmission(api, settings);
  countRequests(api, deps.metrics);
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

  const calls = callsOf(api);
  await refuseOtherMethods(api, async () => {
    // In a scope of their own: they answer errors in another way.
    await api.register((scope, _options, done) => {
      addCallsOf2012(scope, deps);
      done();
    });
    addJobCalls(api, deps);
    addEventCalls(api, deps);
    addInstallationCalls(api, deps);
    addHistoryCalls(api, deps);
    addOutputCalls(api, deps);
    addSessionCalls(api);
    await addPage(api, settings);
    addMetrics(api, deps);
    addDocumentCalls(api, calls);
  });
  return api;
}

/** @returns the calls that are added from now on */
function callsOf(api: FastifyInstance): readonly Call[] {
  const list: Call[] = [];
  api.addHook('onRoute', ({ config }) => {
    const call = config?.call;
    if (call !== undefined && !list.includes(call)) list.push(call);
  });
  return list;
}

/** So that a request that trickles in holds a connection for as long as it may, and no longer. */
function timeouts(requestTimeout: number) {
  return {
    requestTimeout: Math.round(requestTimeout),
    connectionTimeout: STALL_MS,
    http: {
      requestTimeout: Math.round(requestTimeout),
      headersTimeout: Math.round(Math.min(HEADERS_TIMEOUT_MS, requestTimeout)),
      connectionsCheckingInterval: Math.round(Math.min(CHECK_MS, requestTimeout / 2)),
    },
  };
}
