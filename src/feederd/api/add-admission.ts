import type { FastifyInstance } from 'fastify';
import { accessTo } from './access.ts';
import type { ApiSettings } from './api-deps.ts';
import type { Caller } from './caller.ts';
import { Doorkeeper } from './doorkeeper.ts';
import { refuseForeignPages } from './refuse-foreign-pages.ts';
import { sendProblem } from './send-problem.ts';
import { toComplaint } from './to-problem.ts';

/** Who calls, before that is known. */
const STRANGER: Caller = { name: null, onlyOwn: true, limitKey: null };

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
    for (const each of [method].flat()) {
      if (config?.refuses === true || accessTo(each, url) !== undefined) continue;
      throw new Error(`access.ts does not say who may call ${each} ${url}`);
    }
  });
  api.addHook('onRequest', (request, reply, done) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    try {
      refuseForeignPages(request.headers, { feederdHost, isAnonymous });
    } catch (thrown: unknown) {
      sendProblem(reply, request.url, toComplaint(thrown));
      return;
    }
    const { method, headers, ip, routeOptions } = request;
    // Any token may hear that there is no such path, or that it takes no such method.
    const access = accessTo(method, routeOptions.url ?? '') ?? [];
    try {
      const knock = { authorization: headers.authorization, address: ip };
      callers.set(request, doorkeeper.admit(knock, access));
    } catch (thrown: unknown) {
      done(thrown as Error);
      return;
    }
    done();
  });
}
