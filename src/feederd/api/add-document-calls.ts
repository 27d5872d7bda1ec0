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
  const make = once(() => {
    const document = toDocument(calls, ownVersion());
    return { json: JSON.stringify(document) };
  });
  addCall(api, DOCUMENT_CALLS.json, (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(make().json),
  );
}

/** Made when somebody asks for it first, and kept. */
function once<Made>(make: () => Made): () => Made {
  let made: { readonly value: Made } | undefined;
  return () => (made ??= { value: make() }).value;
}
