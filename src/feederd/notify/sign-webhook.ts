import { createHmac } from 'node:crypto';
import { WEBHOOK_HEADERS, webhookKey } from '../../core/webhook-secret.ts';

export interface Unsigned {
  readonly id: string;
  /** When it is sent; milliseconds since the epoch. */
  readonly now: number;
  /** Exactly as it is sent. */
  readonly body: string;
}

/** The headers of Standard Webhooks 1.0.0, with a signature for each secret. */
export function signWebhook(
  { id, now, body }: Unsigned,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const timestamp = Math.floor(now / 1000);
  const signatures = secrets.map((secret) => {
    const hmac = createHmac('sha256', webhookKey(secret)).update(`${id}.${timestamp}.${body}`);
    return `v1,${hmac.digest('base64')}`;
  });
  return {
    [WEBHOOK_HEADERS.id]: id,
    [WEBHOOK_HEADERS.timestamp]: String(timestamp),
    [WEBHOOK_HEADERS.signature]: signatures.join(' '),
  };
}
