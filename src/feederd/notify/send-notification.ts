import type { Dispatcher } from 'undici';
import { NommerError } from '../../core/errors.ts';
import type { EncodingJob } from '../../core/job.ts';
import type { DeliveryOutcome } from '../../core/job-rules/notifications.ts';
import type { Notification } from '../../core/notification.ts';
import { redact } from '../../core/redact.ts';
import { toWebhook } from '../../core/webhook.ts';
import { AddressGuard } from '../../net/address-guard.ts';
import { openGuardedAgent } from '../../net/open-guarded-agent.ts';
import { notifyUrlFor } from './notify-url.ts';
import { readRetryAfter } from './read-retry-after.ts';
import { signWebhook } from './sign-webhook.ts';

/** Makes one try. Never rejects: whatever happens is an outcome. */
export type SendNotification = (
  job: EncodingJob,
  notification: Notification,
  now: number,
) => Promise<DeliveryOutcome>;

export interface SendSettings {
  /** From the first look for the receiver's address to its status line and headers. */
  readonly notifyTimeoutSeconds: number;
  readonly notifySecrets: readonly string[];
  /** What receivers may be in besides public addresses. */
  readonly httpAllowedNetworks: readonly string[];
}

/** Nobody reads the bodies of answers. A short one is let in, so that the connection can be used again. */
const MAX_BODY_BYTES = 16_384;
const MAX_BODY_MS = 1000;
const GONE = 410;

interface Target {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends notifications over HTTP: 2012's GET or a signed POST, as the job asks. Redirects are not followed. */
export function openSender({
  notifyTimeoutSeconds,
  notifySecrets,
  httpAllowedNetworks,
}: SendSettings): SendNotification {
  const timeoutMs = notifyTimeoutSeconds * 1000;
  const guard = new AddressGuard(httpAllowedNetworks);
  const dispatcher = openGuardedAgent(guard, { connectTimeoutMs: timeoutMs });
  return async (job, notification, now) => {
    const target = targetOf(job, notification, { now, notifySecrets });
    if (typeof target === 'string') return { delivered: false, error: target };
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return await hit(target, { dispatcher, signal, now });
    } catch (thrown: unknown) {
      if (thrown instanceof NommerError && thrown.code === 'ADDRESS_FORBIDDEN') {
        const field = job.notify === null ? 'notify_url' : 'notify.url';
        return { delivered: false, error: `${field}: ${thrown.message}`, isFinal: true };
      }
      const late = `no answer within ${notifyTimeoutSeconds} s`;
      return { delivered: false, error: signal.aborted ? late : reasonOf(thrown) };
    }
  };
}

async function hit(
  { url, method, headers, body }: Target,
  { dispatcher, signal, now }: { dispatcher: Dispatcher; signal: AbortSignal; now: number },
): Promise<DeliveryOutcome> {
  const { origin, pathname, search, username, password } = new URL(url);
  const answer = await dispatcher.request({
    origin,
    path: `${pathname}${search}`,
    signal,
    method,
    headers: { 'user-agent': 'media-nommer', ...headers, ...authorization(username, password) },
    body: body ?? null,
  });
  const { statusCode: status } = answer;
  // What it says besides changes nothing, however much and however slow that is.
  await answer.body
    .dump({ limit: MAX_BODY_BYTES, signal: AbortSignal.timeout(MAX_BODY_MS) })
    .catch(() => answer.body.destroy());
  if (status >= 200 && status < 300) return { delivered: true, status };
  const retryAfterSeconds = readRetryAfter(answer.headers['retry-after'], now);
  return {
    delivered: false,
    status,
    error: status === GONE ? 'it wants no more (410 Gone)' : `the receiver answered ${status}`,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
}

/** @returns why there is none, where there is none */
function targetOf(
  job: EncodingJob,
  notification: Notification,
  { now, notifySecrets }: { now: number; notifySecrets: readonly string[] },
): Target | string {
  const { notify, notifyUrl, sealed } = job;
  if (sealed !== null) return 'SECRETS_KEYS lacks the key that the receiver was encrypted with';
  if (notify !== null) {
    const secrets = notify.secret === null ? notifySecrets : [notify.secret];
    if (secrets.length === 0) return 'nothing to sign with: NOTIFY_SECRETS is empty';
    const body = JSON.stringify(toWebhook(job, notification));
    const signature = signWebhook({ id: notification.id, now, body }, secrets);
    const headers = { 'content-type': 'application/json', ...signature };
    return { url: notify.url, method: 'POST', headers, body };
  }
  if (notifyUrl === null) return 'the job has no receiver';
  return { url: notifyUrlFor(notifyUrl, job, notification), method: 'GET', headers: {} };
}

function authorization(username: string, password: string): Record<string, string> {
  if (username === '' && password === '') return {};
  const user = `${decode(username)}:${decode(password)}`;
  return { authorization: `Basic ${Buffer.from(user).toString('base64')}` };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Where all of a host's addresses fail, the message is empty and the reasons are within. */
function reasonOf(thrown: unknown): string {
  const first: unknown = thrown instanceof AggregateError ? thrown.errors[0] : thrown;
  const message = first instanceof Error ? first.message : String(first);
  return redact(message === '' && thrown instanceof Error ? thrown.name : message);
}
