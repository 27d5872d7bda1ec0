import type { FastifyInstance } from 'fastify';
import type { WireSession } from '../../core/api-wire.ts';
import { addCall } from './calls/add-call.ts';
import { PAGE_CALLS } from './calls/page-calls.ts';
import type { Caller } from './caller.ts';
import { endOfSession, sessionCookie } from './session-cookie.ts';
import { tokenIn } from './token-in.ts';

/**
 * How the web page signs in: it shows the token once, as every caller does, and gets it back in a cookie
 * that its scripts cannot read, and that the browser shows from then on, for event streams and players too.
 */
export function addSessionCalls(api: FastifyInstance): void {
  addCall(api, PAGE_CALLS.session, ({ caller }, reply) => reply.send(toWireSession(caller)));

  addCall(api, PAGE_CALLS.signIn, ({ caller, headers, protocol }, reply) => {
    const token = caller.name === null ? undefined : tokenIn(headers.authorization);
    if (token !== undefined) reply.header('set-cookie', sessionCookie(token, protocol));
    return reply.send(toWireSession(caller));
  });

  addCall(api, PAGE_CALLS.signOut, ({ protocol }, reply) =>
    reply.header('set-cookie', endOfSession(protocol)).code(204).send(),
  );
}

function toWireSession({ name, scopes, onlyOwn }: Caller): WireSession {
  return { name, scopes: [...scopes], only_own: onlyOwn };
}
