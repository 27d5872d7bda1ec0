import { apiTokens } from '../api-tokens.ts';
import { flag, seconds, text, wholeNumber } from '../kinds.ts';
import { setting } from '../setting.ts';
import { webhookSecrets } from '../webhook-secrets.ts';

/** The HTTP API and feederd's interval tasks. */
export const FEEDERD_SETTINGS = {
  FEEDERD_HOST: setting('feederdHost', text, {
    default: '127.0.0.1',
    about: 'Address to listen on. One that others can reach needs FEEDERD_ALLOW_ANONYMOUS.',
  }),
  FEEDERD_PORT: setting('feederdPort', wholeNumber(0, 65_535), {
    default: 8001,
    about: 'Port to listen on; 0 takes a free one.',
  }),
  API_TOKENS: setting('apiTokens', apiTokens, {
    default: [],
    secret: true,
    about:
      'Tokens that callers must show. This version does not check tokens yet, so it refuses to ' +
      'start when some are given.',
  }),
  FEEDERD_ALLOW_ANONYMOUS: setting('feederdAllowAnonymous', flag, {
    default: false,
    about: 'Serve everybody who can reach FEEDERD_HOST, without asking who it is.',
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
  NOTIFY_SECRETS: setting('notifySecrets', webhookSecrets, {
    default: [],
    secret: true,
    about:
      'What notifications by POST are signed with, unless the job brings a secret of its own: `whsec_…`. ' +
      'Several sign each for itself, while receivers change from one to the next.',
  }),
};
