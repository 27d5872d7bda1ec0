import type { FastifyReply } from 'fastify';
import { toProblem, type Complaint } from './to-problem.ts';

/** What a 401 asks for. */
export const BEARER = 'Bearer realm="media-nommer"';

/** Answers an error as today's calls do. @param url of the request */
export function sendProblem(reply: FastifyReply, url: string, complaint: Complaint): FastifyReply {
  tellRetryAfter(reply, complaint);
  if (complaint.status === 401) reply.header('www-authenticate', BEARER);
  return reply
    .code(complaint.status)
    .type('application/problem+json')
    .send(JSON.stringify(toProblem(complaint, url)));
}

export function tellRetryAfter(reply: FastifyReply, { retryAfterSeconds }: Complaint): void {
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
}
