import type { FastifyInstance } from 'fastify';
import { ownVersion } from '../../daemon/read-command-line.ts';
import { addCall } from './calls/add-call.ts';
import type { Call } from './calls/call.ts';
import { DOCUMENT_CALLS } from './calls/document-calls.ts';
import { toDocument } from './document/to-document.ts';

/**
 * Tells what the API is. Everything in it comes from the calls that there are.
 * @param calls all of them, once the first request comes
 */
export function addDocumentCalls(api: FastifyInstance, calls: readonly Call[]): void {
  let document: string | undefined;
  addCall(api, DOCUMENT_CALLS.json, (_request, reply) => {
    document ??= JSON.stringify(toDocument(calls, ownVersion()));
    return reply.type('application/json; charset=utf-8').send(document);
  });
}
