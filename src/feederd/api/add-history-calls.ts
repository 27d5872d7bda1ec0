import type { FastifyInstance } from 'fastify';
import { NommerError } from '../../core/errors.ts';
import type { ApiDeps } from './api-deps.ts';
import { addCall } from './calls/add-call.ts';
import { HistoryQuery, PAGE_CALLS } from './calls/page-calls.ts';
import { readFields } from './read-fields.ts';

/** What the installation did in the last hours. The figures are of everybody's jobs. */
export function addHistoryCalls(api: FastifyInstance, { history }: Pick<ApiDeps, 'history'>): void {
  addCall(api, PAGE_CALLS.history, ({ caller, query }, reply) => {
    if (caller.onlyOwn) {
      throw new NommerError('FORBIDDEN', 'The history is not for a token that sees only its jobs');
    }
    const { after } = readFields(HistoryQuery, query);
    return reply.send(history.after(after ? Date.parse(after) : 0));
  });
}
