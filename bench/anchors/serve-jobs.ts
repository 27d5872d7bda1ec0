import type { AddressInfo } from 'node:net';
import { fastify, type FastifyInstance } from 'fastify';
import type { Work } from './do-work.ts';

/** The HTTP of all anchors: takes jobs as feederd does, and tells the parent its port. */
export async function serveJobs(
  add: (work: Work) => Promise<unknown>,
  addCalls: (api: FastifyInstance) => void = () => {},
): Promise<void> {
  const api = fastify({ bodyLimit: 100_000_000 });
  api.post('/jobs', async (request, reply) => {
    const unique_id = await add(request.body as Work);
    return reply.code(202).send({ unique_id });
  });
  addCalls(api);
  await api.listen({ host: '127.0.0.1', port: 0 });
  process.send?.({ port: (api.server.address() as AddressInfo).port });
}
