import { isWebhookSecret, WEBHOOK_SECRET_FORM } from '../../core/webhook-secret.ts';
import { apiTokens } from '../api-tokens.ts';
import { keyList } from '../key-list.ts';
import { flag, networks, seconds, text, wholeNumber } from '../kinds.ts';
import { optionalSetting, setting } from '../setting.ts';

/** The HTTP API and feederd's interval tasks. */
export const FEEDERD_SETTINGS = {
  FEEDERD_HOST: setting('feederdHost', text, {
    default: '127.0.0.1',
    about: 'Address to listen on. One that others can reach needs API_TOKENS.',
  }),
  FEEDERD_PORT: setting('feederdPort', wholeNumber(0, 65_535), {
    default: 8001,
    about: 'Port to listen on; 0 takes a free one.',
  }),
  API_TOKENS: setting('apiTokens', apiTokens, {
    default: [],
    secret: true,
    about:
      'Who may call, by tokens: texts, or `{ token or sha256, name, scopes, onlyOwn }`. ' +
      'None: only this machine may, without a token.',
  }),
  FEEDERD_ALLOW_ANONYMOUS: setting('feederdAllowAnonymous', flag, {
    default: false,
    about: 'Without API_TOKENS: serve everybody who can reach FEEDERD_HOST.',
  }),
  FEEDERD_TOKEN: optionalSetting('feederdToken', text, {
    secret: true,
    about: 'Token that `media-nommer`, the command, shows to feederd.',
  }),
  FEEDERD_TRUSTED_PROXIES: setting('trustedProxies', networks, {
    default: [],
    about:
      'Addresses of proxies in front of feederd: limits by address then count whom X-Forwarded-For names.',
  }),
  FEEDERD_RATE_LIMIT: setting('rateLimitPerSecond', wholeNumber(1, 100_000), {
    default: 50,
    about:
      'Requests per second that a token may make, ten times as many at once. Without tokens: that an ' +
      'address may, this machine excepted.',
  }),
  FEEDERD_EVENT_STREAMS: setting('maxEventStreams', wholeNumber(1, 100_000), {
    default: 100,
    about: 'Event streams that a token (without tokens: an address) may have open at a time.',
  }),
  FEEDERD_REQUEST_TIMEOUT: setting('requestTimeoutSeconds', seconds, {
    default: 30,
    about: 'Seconds within which a whole request has to arrive. Answers may take longer.',
  }),
  FEEDERD_BODY_LIMIT: setting('feederdBodyLimitBytes', wholeNumber(1024, 2 ** 30), {
    default: 2 ** 20,
    about: 'Bytes that a request body may have.',
  }),
  FEEDERD_RECONCILE_INTERVAL: setting('reconcileSeconds', seconds, {
    defaults: { local: 2, aws: 5 },
    about: 'Seconds between two looks for unqueued jobs and lost nodes.',
  }),
  FEEDERD_JOB_STATE_CHANGE_CHECK_INTERVAL: setting('stateChangeCheckSeconds', seconds, {
    default: 60,
    about: 'Seconds between two full refreshes of the job cache. Changes arrive at once besides.',
  }),
  FEEDERD_PRUNE_JOBS_INTERVAL: setting('pruneSeconds', seconds, {
    default: 300,
    about: 'Seconds between two looks for jobs to abandon.',
  }),
  FEEDERD_ABANDON_INACTIVE_JOBS_THRESH: setting('abandonAfterSeconds', seconds, {
    default: 86_400,
    about:
      'Seconds without any change after which an unfinished job that no node has is ABANDONED.',
  }),
  NOTIFY_TIMEOUT: setting('notifyTimeoutSeconds', seconds, {
    default: 10,
    about: 'Seconds that a receiver of notifications may take to answer.',
  }),
  NOTIFY_SECRETS: setting('notifySecrets', keyList(isWebhookSecret, WEBHOOK_SECRET_FORM), {
    default: [],
    secret: true,
    about:
      'What notifications by POST are signed with, unless the job brings a secret of its own: `whsec_…`. ' +
      'Several sign each for itself, while receivers change from one to the next.',
  }),
};
