import type { FastifyInstance, FastifyReply } from 'fastify';
import { NommerError, received } from '../../core/errors.ts';
import type { EncodingJob } from '../../core/job.ts';
import type { OpenedOutput } from '../outputs.ts';
import type { ApiDeps } from './api-deps.ts';
import { addCall } from './calls/add-call.ts';
import { PAGE_CALLS } from './calls/page-calls.ts';
import { byteRange } from './byte-range.ts';
import { getJob } from './own-jobs.ts';
import { checkJobId } from './read-query.ts';

/**
 * Whatever an output is made of, it is no page: no scripts, no frames around it, no other type than the one
 * of its name.
 */
const HARMLESS = {
  'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'private, no-cache',
} as const;

/** What jobs have made, for players: by parts, as they ask for it. HEAD would be a GET to nobody. */
export function addOutputCalls(
  api: FastifyInstance,
  { backend, outputs }: Pick<ApiDeps, 'backend' | 'outputs'>,
): void {
  addCall(api, PAGE_CALLS.output, async ({ params, headers, caller }, reply) => {
    const job = await getJob(backend, checkJobId(params.id), caller);
    const { uri, size } = publishedBy(job, params.output);
    const output = await outputs.open(uri, size);
    reply.headers(HARMLESS);
    if (output.kind === 'url') return reply.redirect(output.url, 302);
    return sendFile(reply, output, headers.range, headers['if-range']?.toString());
  });
}

function publishedBy(
  { uniqueId, jobState, result, sealed }: EncodingJob,
  index: string,
): { readonly uri: string; readonly size: number } {
  const outputs = jobState === 'FINISHED' ? (result?.outputs ?? []) : [];
  const output = /^\d{1,4}$/.test(index) ? outputs[Number(index)] : undefined;
  if (output === undefined) {
    throw new NommerError(
      'UNKNOWN_OUTPUT',
      `Job ${uniqueId} is ${jobState} and has ${outputs.length} outputs, counted from 0; received ${received(index)}`,
    );
  }
  if (sealed === null) return output;
  throw new NommerError(
    'UNKNOWN_OUTPUT',
    'No key in SECRETS_KEYS opens the credentials of the job',
  );
}

type OpenedFile = Extract<OpenedOutput, { kind: 'file' }>;

async function sendFile(
  reply: FastifyReply,
  { handle, size, modifiedAt, contentType }: OpenedFile,
  range: string | undefined,
  ifRange: string | undefined,
): Promise<FastifyReply> {
  const etag = `"${size.toString(16)}-${Math.round(modifiedAt).toString(16)}"`;
  const isSame = ifRange === undefined || ifRange === etag;
  const part = isSame ? byteRange(range, size) : undefined;
  reply.headers({ 'accept-ranges': 'bytes', etag }).type(contentType);
  if (part === 'unsatisfiable' || size === 0) {
    await handle.close();
    if (part === undefined) return reply.send('');
    return reply.code(416).header('content-range', `bytes */${size}`).send('');
  }
  const { start, end } = part ?? { start: 0, end: size - 1 };
  if (part !== undefined) reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`);
  return reply
    .header('content-length', end - start + 1)
    .send(handle.createReadStream({ start, end }));
}
