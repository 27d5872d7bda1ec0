import { flag, seconds, secondsOrNone, wholeNumber } from '../kinds.ts';
import { setting } from '../setting.ts';

/** The nodes, and how they hold on to a job. */
export const NOMMERD_SETTINGS = {
  NOMMERD_TERMINATE_WHEN_IDLE: setting('terminateWhenIdle', flag, {
    default: true,
    about: 'A node that finds nothing to do terminates itself.',
  }),
  NOMMERD_MAX_INACTIVITY: setting('maxInactivitySeconds', seconds, {
    default: 600,
    about: 'Seconds without a job after which it does.',
  }),
  NOMMERD_HEARTBEAT_INTERVAL: setting('heartbeatSeconds', seconds, {
    defaults: { local: 10, aws: 60 },
    about: "Seconds between two reports of a node's state.",
  }),
  NOMMERD_NEW_JOB_CHECK_INTERVAL: setting('newJobCheckSeconds', seconds, {
    default: 60,
    about: 'Seconds between two looks for new jobs. They arrive at once besides.',
  }),
  NOMMERD_LEASE_SECONDS: setting('leaseSeconds', seconds, {
    default: 30,
    about: 'Seconds that a claim on a job holds without renewal: how soon a dead node is noticed.',
  }),
  NOMMERD_RENEW_INTERVAL: setting('renewSeconds', seconds, {
    default: 5,
    about: 'Seconds between two renewals of a claim. Less than half of NOMMERD_LEASE_SECONDS.',
  }),
  NOMMERD_PROGRESS_INTERVAL: setting('progressSeconds', seconds, {
    defaults: { local: 1, aws: 5 },
    about: 'Seconds between two reports of progress.',
  }),
  NOMMERD_SHUTDOWN_GRACE: setting('shutdownGraceSeconds', secondsOrNone, {
    default: 0,
    about: 'Seconds that jobs in hand may go on after SIGTERM, before they are handed back.',
  }),
  NOMMERD_DISK_RESERVE: setting('diskReserveBytes', wholeNumber(0, Number.MAX_SAFE_INTEGER), {
    default: 2 ** 30,
    about:
      "Bytes of DATA_DIR's disk that jobs leave free. What would take them is tried again later.",
  }),
  JOB_MAX_ATTEMPTS: setting('jobMaxAttempts', wholeNumber(1, 100), {
    default: 5,
    about: 'Failures (crash, time-out, network, …) after which a job is not tried again.',
  }),
  JOB_RETRY_BACK_OFF: setting('jobRetryBackOffSeconds', seconds, {
    default: 5,
    about: 'Seconds to wait after a failure; doubles with each, or eightfold where time helps.',
  }),
};
