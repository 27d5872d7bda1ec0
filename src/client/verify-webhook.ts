import { NommerError, received } from '../core/errors.ts';
import type { Webhook } from '../core/webhook.ts';
import { bytesOfBase64, WEBHOOK_HEADERS, webhookKey } from '../core/webhook-secret.ts';

/** As fetch's Request has them, or as Node's IncomingMessage does. */
export type WebhookHeaders =
  | Pick<Headers, 'get'>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface VerifyOptions {
  /** How old a notification may be, or how far ahead its clock. Default 300 s. */
  readonly toleranceSeconds?: number;
  /** Milliseconds since the epoch. Default: now. */
  readonly now?: number;
}

/**
 * Reads a notification that media-nommer has sent, once it is sure that it comes from there unchanged and
 * is new: Standard Webhooks 1.0.0. Works in browsers, too.
 * @param secret `whsec_…`; several while you change from one to the next
 * @param body exactly as it came; parsed and written again it would not fit its signature
 * @throws NommerError FORBIDDEN
 */
export async function verifyWebhook(
  secret: string | readonly string[],
  headers: WebhookHeaders,
  body: string | Uint8Array,
  { toleranceSeconds = 300, now = Date.now() }: VerifyOptions = {},
): Promise<Webhook> {
  const id = headerOf(headers, WEBHOOK_HEADERS.id);
  const timestamp = headerOf(headers, WEBHOOK_HEADERS.timestamp);
  const distance = /^\d{1,12}$/.test(timestamp) ? Math.abs(now / 1000 - Number(timestamp)) : NaN;
  // Written so that NaN is refused.
  if (!(distance <= toleranceSeconds)) {
    throw new NommerError(
      'FORBIDDEN',
      `${WEBHOOK_HEADERS.timestamp} must be within ${toleranceSeconds} s of now; received ${received(timestamp)}`,
    );
  }
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  const content = new TextEncoder().encode(`${id}.${timestamp}.${text}`);
  const signatures = headerOf(headers, WEBHOOK_HEADERS.signature)
    .split(' ')
    .flatMap(bytesOfSignature);
  for (const each of typeof secret === 'string' ? [secret] : secret) {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const bytes = webhookKey(each);
    const key = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['verify']);
    for (const signature of signatures) {
      // Compares in constant time.
      if (await crypto.subtle.verify('HMAC', key, signature, content)) {
        return JSON.parse(text) as Webhook;
      }
    }
  }
  throw new NommerError('FORBIDDEN', `No signature in ${WEBHOOK_HEADERS.signature} fits the body`);
}

function headerOf(headers: WebhookHeaders, name: string): string {
  const value = isFetchHeaders(headers)
    ? headers.get(name)
    : Object.entries(headers).find(([each]) => each.toLowerCase() === name)?.[1];
  if (typeof value === 'string' && value !== '') return value;
  throw new NommerError('FORBIDDEN', `${name} is missing`);
}

function isFetchHeaders(headers: WebhookHeaders): headers is Pick<Headers, 'get'> {
  return 'get' in headers && typeof headers.get === 'function';
}

/** Other versions than `v1` are signatures of another kind: passed over. */
function bytesOfSignature(text: string): readonly Uint8Array<ArrayBuffer>[] {
  const [version, base64 = ''] = text.split(',', 2);
  if (version !== 'v1' || !/^[A-Za-z0-9+/]{43}=$/.test(base64)) return [];
  return [bytesOfBase64(base64)];
}
