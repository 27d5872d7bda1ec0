const PREFIX = 'whsec_';
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const MIN_BYTES = 24;
const MAX_BYTES = 64;

/** Completes "NAME must be …". */
export const WEBHOOK_SECRET_FORM = `${PREFIX} and ${MIN_BYTES} to ${MAX_BYTES} random bytes in base64`;

/** Whether `text` can be a secret to sign with, as Standard Webhooks writes them. */
export function isWebhookSecret(text: string): boolean {
  if (!text.startsWith(PREFIX) || !BASE64.test(text.slice(PREFIX.length))) return false;
  const { length } = webhookKey(text);
  return length >= MIN_BYTES && length <= MAX_BYTES;
}

/** The bytes that a secret stands for; it may come without its prefix. Throws where it is no base64. */
export function webhookKey(secret: string): Uint8Array<ArrayBuffer> {
  return bytesOfBase64(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret);
}

/** What browsers have, too. Throws where it is no base64. */
export function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** What the three headers of Standard Webhooks are called. */
export const WEBHOOK_HEADERS = {
  id: 'webhook-id',
  timestamp: 'webhook-timestamp',
  signature: 'webhook-signature',
} as const;
