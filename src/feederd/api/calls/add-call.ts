import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Call } from './call.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route is, for whoever tells of it. */
    call?: Call;
  }
}

type ParamsOf<Declared extends Call> = { readonly [Name in keyof Declared['params']]: string };

/** Adds the route of a declared call. The handler reads what comes, and throws a NommerError where it is wrong. */
export function addCall<const Declared extends Call>(
  api: FastifyInstance,
  call: Declared,
  handler: (
    request: FastifyRequest<{ Params: ParamsOf<Declared> }>,
    reply: FastifyReply,
  ) => unknown,
): void {
  api.route<{ Params: ParamsOf<Declared> }>({
    method: call.method,
    url: call.path,
    exposeHeadRoute: call.method === 'GET' && call.hasNoHead !== true,
    config: { call },
    handler,
  });
}
