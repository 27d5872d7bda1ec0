import { describe, expect, it } from 'vitest';
import { notifyUrlFor } from '../../../../src/feederd/notify/notify-url.ts';
import { makeJob } from '../../../doubles/make-job.ts';
import { makeNotification } from '../../../doubles/make-notification.ts';

const NOTIFICATION = makeNotification({ jobState: 'ERROR' });

describe('notifyUrlFor', () => {
  const job = makeJob({ jobState: 'ERROR', jobStateDetails: 'no such file & more' });

  it('adds id, state and details to the query string', () => {
    const url = new URL(notifyUrlFor('http://app.example/done/', job, NOTIFICATION));
    expect(Object.fromEntries(url.searchParams)).toEqual({
      job_id: 'job-1',
      unique_id: 'job-1',
      job_state: 'ERROR',
      notification_id: 'job-1_1',
      job_state_details: 'no such file & more',
    });
  });

  it('keeps what the URL had, to the letter', () => {
    const own = 'http://app.example/done?sig=a%20b+c%2Fd&x';
    expect(notifyUrlFor(`${own}#part`, job, NOTIFICATION)).toMatch(
      /^http:\/\/app\.example\/done\?sig=a%20b\+c%2Fd&x&job_id=job-1&[^#]*$/,
    );
  });

  it('leaves the details out when the job has moved on since', () => {
    const retried = { ...job, jobState: 'PENDING' as const };
    expect(notifyUrlFor('http://a/', retried, NOTIFICATION)).not.toContain('details');
  });
});
