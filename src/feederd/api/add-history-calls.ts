import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { NommerError } from '../../core/errors.ts';
import type { ApiDeps } from './api-deps.ts';
import { readFields } from './read-fields.ts';

const Query = z.strictObject({
  after: z.iso
    .datetime({ error: 'must be a time as the answer before had it (ISO 8601, UTC)' })
    .nullish(),
});

/** What the installation did in the last hours. The figures are of everybody's jobs. */
export function addHistoryCalls(api: FastifyInstance, { history }: Pick<ApiDeps, 'history'>): void {
  api.get('/stats/history', ({ caller, query }, reply) => {
    if (caller.onlyOwn) {
      throw new NommerError('FORBIDDEN', 'The history is not for a token that sees only its jobs');
    }
    const { after } = readFields(Query, query);
    return reply.send(history.after(after ? Date.parse(after) : 0));
  });
}
