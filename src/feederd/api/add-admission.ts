import type { FastifyInstance, FastifyRequest } from 'fastify';
import { NommerError } from '../../core/errors.ts';
import type { ApiSettings } from './api-deps.ts';
import type { Caller } from './caller.ts';
import { Doorkeeper } from './doorkeeper.ts';
import { refuseForeignPages } from './refuse-foreign-pages.ts';
import { sendProblem } from './send-problem.ts';
import { tokenInCookie } from './session-cookie.ts';
import { toComplaint } from './to-problem.ts';

/** Who calls, before that is known. */
const STRANGER: Caller = { name: null, scopes: [], onlyOwn: true, limitKey: null };

/** Lets nobody in who may not make the call, or too often; before a body is read. Before all routes. */
export function addAdmission(api: FastifyInstance, settings: ApiSettings): void {
  const { apiTokens, feederdHost, rateLimitPerSecond } = settings;
  const onWrongToken = (address: string) => {
    api.log.warn({ address }, 'refused a wrong token');
  };
  const doorkeeper = new Doorkeeper({ apiTokens, rateLimitPerSecond, onWrongToken });
  const isAnonymous = apiTokens.length === 0;

  const callers = new WeakMap<object, Caller>();
  api.decorateRequest('caller', {
    getter() {
      return callers.get(this) ?? STRANGER;
    },
  });
  api.addHook('onRoute', ({ method, url, config }) => {
    if (config?.refuses === true || config?.call !== undefined) return;
    throw new Error(`${String(method)} ${url} is not declared: see calls/call.ts`);
  });
  api.addHook('onRequest', (request, reply, done) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    try {
      refuseForeignPages(request.headers, { feederdHost, isAnonymous });
      refuseUnseenPages(request);
    } catch (thrown: unknown) {
      sendProblem(reply, request.url, toComplaint(thrown));
      return;
    }
    const { ip, routeOptions } = request;
    // Any token may hear that there is no such path, or that it takes no such method.
    const access = routeOptions.config?.call?.access ?? [];
    try {
      const knock = { authorization: authorizationOf(request), address: ip };
      callers.set(request, doorkeeper.admit(knock, access));
    } catch (thrown: unknown) {
      done(thrown as Error);
      return;
    }
    done();
  });
}

/** What a request shows by itself goes before what its browser adds. */
function authorizationOf(request: FastifyRequest): string | undefined {
  const { authorization } = request.headers;
  if (authorization !== undefined) return authorization;
  const token = tokenInCookie(request);
  return token === undefined ? undefined : `Bearer ${token}`;
}

/**
 * Whoever changes anything by the page's cookie must say from which page: every browser does, with every
 * such request. Whether that page is ours is looked at before. @throws NommerError FORBIDDEN
 */
function refuseUnseenPages(request: FastifyRequest): void {
  const { method, headers } = request;
  if (method === 'GET' || method === 'HEAD' || headers.authorization !== undefined) return;
  if (headers.origin !== undefined || tokenInCookie(request) === undefined) return;
  throw new NommerError('FORBIDDEN', 'A request that changes something by cookie needs an Origin');
}
