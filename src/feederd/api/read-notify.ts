import * as z from 'zod';
import { NommerError, received } from '../../core/errors.ts';
import { parseMediaUri } from '../../core/media-uri.ts';
import { NOTIFY_EVENTS, type NotifyRequest } from '../../core/notification.ts';
import { isWebhookSecret, WEBHOOK_SECRET_FORM } from '../../core/webhook-secret.ts';
import { checkAddress, type AddressRules } from './check-address.ts';

export interface NotifyRules extends AddressRules {
  /** What is signed with where a job brings no secret of its own. */
  readonly notifySecrets: readonly string[];
}

const shapeError = { error: 'must be an object with url, method, events and secret' };
const eventsError = { error: `must be a list of ${NOTIFY_EVENTS.join(', ')}` };
const shape = {
  url: z.string({ error: 'must be a string' }).describe('http or https.'),
  method: z.literal('POST', { error: 'must be POST; notify_url is for a GET' }).nullish(),
  events: z
    .array(z.enum(NOTIFY_EVENTS, eventsError), eventsError)
    .min(1, eventsError)
    .nullish()
    .describe('What it is told of. Default: finished.'),
  // Looked at by hand, so that no message ever shows it.
  secret: z
    .unknown()
    .optional()
    .describe(`To sign with: ${WEBHOOK_SECRET_FORM}. Default: NOTIFY_SECRETS of the installation.`),
};

/** `notify` of a submit: who is told by signed POSTs. */
export const Notify = z.strictObject(shape, shapeError);
/** The same, fields that are unknown here being ignored, as they were in 2012. */
export const LooseNotify = z.object(shape, shapeError);

/** @throws NommerError BADINPUT, BAD_URI, ADDRESS_FORBIDDEN */
export function readNotify(
  given: z.output<typeof Notify> | null | undefined,
  rules: NotifyRules,
): NotifyRequest | null {
  if (given === undefined || given === null) return null;
  return {
    url: readWebUrl(given.url, 'notify.url', rules),
    events: readEvents(given.events),
    secret: readSecret(given.secret, rules),
  };
}

/** The 2012 client sends null, and an application of its day '' for nobody to tell. */
export function readNotifyUrl(
  given: string | null | undefined,
  rules: AddressRules,
): string | null {
  return given === undefined || given === null || given === ''
    ? null
    : readWebUrl(given, 'notify_url', rules);
}

function readWebUrl(given: string, field: string, rules: AddressRules): string {
  const uri = parseMediaUri(given, field);
  if ('url' in uri) {
    checkAddress(uri.url, field, rules);
    return given;
  }
  throw new NommerError('BAD_URI', `${field} must be http or https; received ${received(given)}`);
}

function readEvents(given: NotifyRequest['events'] | null | undefined): NotifyRequest['events'] {
  const wanted = given ?? ['finished'];
  return NOTIFY_EVENTS.filter((event) => wanted.includes(event));
}

/** Nothing is sent unsigned: nobody could tell it from what somebody else made up. */
function readSecret(given: unknown, { notifySecrets }: NotifyRules): string | null {
  if (given === undefined || given === null) {
    if (notifySecrets.length > 0) return null;
    throw new NommerError(
      'BADINPUT',
      `notify.secret must be ${WEBHOOK_SECRET_FORM}, as this installation has no NOTIFY_SECRETS; received nothing`,
    );
  }
  if (typeof given === 'string' && isWebhookSecret(given)) return given;
  throw new NommerError(
    'BADINPUT',
    `notify.secret must be ${WEBHOOK_SECRET_FORM}; received a ${typeof given} that is not shown here`,
  );
}
