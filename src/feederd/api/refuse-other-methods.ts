import type { FastifyInstance } from 'fastify';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Fastify's way of saying a status with an error. */
class MethodRefused extends Error {
  readonly statusCode = 405;
}

/**
 * Answers 405 with `Allow` for every path that `addCalls` adds, where Fastify would say that there is no such
 * path: who GETs a call of 2012 in a browser is told to POST.
 */
export async function refuseOtherMethods(
  api: FastifyInstance,
  addCalls: () => Promise<void>,
): Promise<void> {
  const taken = new Map<string, string[]>();
  api.addHook('onRoute', ({ url, method }) => {
    taken.set(url, [...(taken.get(url) ?? []), ...[method].flat()]);
  });
  await addCalls();
  for (const [url, allowed] of new Map(taken)) {
    const allow = allowed.join(', ');
    const refuse = (): never => {
      throw new MethodRefused(`This path takes only ${allow}`);
    };
    api.route({
      url,
      method: METHODS.filter((method) => !allowed.includes(method)),
      exposeHeadRoute: false,
      config: { refuses: true },
      onRequest: (_request, reply) => {
        reply.header('allow', allow);
        refuse();
      },
      handler: refuse,
    });
  }
}
