import type { EncodingJob } from '../../core/job.ts';
import type { Notification } from '../../core/notification.ts';

/**
 * 2012's notification: `notify_url` with the job's id and state added to its query string. What the
 * URL had of its own stays as it is, to the letter: it may be signed.
 */
export function notifyUrlFor(
  notifyUrl: string,
  job: EncodingJob,
  notification: Notification,
): string {
  const url = new URL(notifyUrl);
  const query = new URLSearchParams({
    job_id: job.uniqueId,
    unique_id: job.uniqueId,
    job_state: notification.jobState,
    notification_id: notification.id,
  });
  if (job.jobState === notification.jobState && job.jobStateDetails !== null) {
    query.set('job_state_details', job.jobStateDetails);
  }
  url.hash = '';
  const added = query.toString();
  url.search = url.search === '' ? `?${added}` : `${url.search}&${added}`;
  return url.href;
}
