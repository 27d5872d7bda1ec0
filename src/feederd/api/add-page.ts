import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { addCall } from './calls/add-call.ts';
import { PAGE_CALLS } from './calls/page-calls.ts';

/** Where `npm run build:page` puts the page, as seen from src/ and from dist/ alike. */
const PAGE = fileURLToPath(new URL('../../../dist/web', import.meta.url));

const NOT_BUILT = 'feederd works; its web page is not built yet: npm run build:page\n';
/** Names of assets change with what is in them. */
const FOREVER = { maxAge: '365d', immutable: true } as const;

/** The web page: its one document and what that loads. Without a token, as there is no data in it. */
export async function addPage(
  api: FastifyInstance,
  { s3Endpoint }: { readonly s3Endpoint: string | undefined },
): Promise<void> {
  if (!existsSync(join(PAGE, 'index.html'))) {
    addCall(api, PAGE_CALLS.page, (_request, reply) =>
      reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT),
    );
    return;
  }
  await api.register(fastifyStatic, { root: PAGE, serve: false, preCompressed: true });
  const policy = contentSecurityPolicy(s3Endpoint);
  addCall(api, PAGE_CALLS.page, (_request, reply) =>
    reply
      .headers({
        'content-security-policy': policy,
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cache-control': 'no-cache',
      })
      .sendFile('index.html', { cacheControl: false }),
  );
  addCall(api, PAGE_CALLS.asset, ({ params }, reply) =>
    reply.sendFile(`assets/${params.file}`, FOREVER),
  );
}

/** Nothing but what feederd itself serves, and outputs from where their players are sent to. */
function contentSecurityPolicy(s3Endpoint: string | undefined): string {
  const s3 = s3Endpoint === undefined ? undefined : URL.parse(s3Endpoint)?.origin;
  const media = ["'self'", 'https://*.amazonaws.com', ...(s3 === undefined ? [] : [s3])].join(' ');
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    `img-src ${media} data:`,
    `media-src ${media}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
