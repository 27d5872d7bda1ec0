import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '../../src/client/client.ts';
import type { WireProblem } from '../../src/core/api-wire.ts';
import type { WireJob } from '../../src/core/job-wire.ts';
import { recordDelivery } from '../../src/core/job-rules/notifications.ts';
import { openApi, SUBMISSION, type OpenApi } from './open-api.ts';

const DEFAULT = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const OWN = `whsec_${Buffer.from('canary-canary-canary-canary').toString('base64')}`;
const CANARY = OWN.slice('whsec_'.length, -4);

let open: OpenApi;

beforeEach(async () => {
  open = await openApi({ settings: { notifySecrets: [DEFAULT] } });
});

afterEach(() => open.api.close());

function post(url: string, payload?: object) {
  return open.api.inject({ method: 'POST', url, ...(payload && { payload }) });
}

describe('notify', () => {
  it('is taken by both families, and shown without its secret', async () => {
    const notify = {
      url: 'https://me:canary@app/hook?token=canary',
      method: 'POST',
      events: ['progress', 'state', 'state'],
      secret: OWN,
    };
    const today = await post('/jobs', { ...SUBMISSION, notify });
    const in2012 = await post('/job/submit/', { ...SUBMISSION, notify: { ...notify, more: 1 } });
    const id = in2012.json<{ job_id: string }>().job_id;
    const status = await post('/job/status/', { job_id: id });
    const list = await open.api.inject('/jobs');
    await open.work(id, 'claim');
    const stats = await open.api.inject('/stats');

    expect(today.statusCode).toBe(202);
    expect(today.json<WireJob>()).toMatchObject({ notify_url: null });
    expect(today.json<WireJob>().notify).toStrictEqual({
      url: 'https://***@app/hook?token=***',
      method: 'POST',
      events: ['state', 'progress'],
    });
    expect(await open.backend.get(id)).toMatchObject({
      notifyUrl: null,
      notify: { url: notify.url, events: ['state', 'progress'], secret: OWN },
      undelivered: [{ event: 'state', jobState: 'DOWNLOADING' }],
    });
    const messages = await open.newJobs.receive({
      max: 10,
      waitSeconds: 0,
      visibilitySeconds: 1,
    });
    const shown = [today, in2012, status, list, stats].map(({ body }) => body);
    shown.push(...open.logged, ...messages.map(({ body }) => body));
    expect(shown.join()).not.toContain(CANARY);
    expect(shown.join()).not.toContain('canary');
  });

  it('tells of the end, signed with the installation’s secret, unless it says otherwise', async () => {
    const answer = await post('/jobs', { ...SUBMISSION, notify: { url: 'http://app/' } });
    const job = await open.backend.get(answer.json<WireJob>().unique_id);
    expect(job.notify).toStrictEqual({ url: 'http://app/', events: ['finished'], secret: null });
  });

  it.each([
    ['no object', 'http://app/', 'notify must be an object with url, method, events and secret'],
    ['no URL', {}, 'notify.url must be a string; received nothing'],
    ['another scheme', { url: 'ftp://app/' }, 'notify.url must be http or https'],
    ['a GET', { url: 'http://app/', method: 'GET' }, 'notify.method must be POST; notify_url'],
    ['an unknown event', { url: 'http://app/', events: ['end'] }, 'must be a list of state, fin'],
    ['no events', { url: 'http://app/', events: [] }, 'notify.events must be a list of state'],
    ['an unknown field', { url: 'http://app/', secrets: OWN }, 'no field "notify.secrets"'],
    [
      'a secret that is none',
      { url: 'http://app/', secret: CANARY },
      'notify.secret must be whsec_ and 24 to 64 random bytes in base64; received a string that is not shown here',
    ],
    [
      'a short secret',
      { url: 'http://app/', secret: 'whsec_AAAA' },
      'notify.secret must be whsec_',
    ],
  ])('is refused with %s, by name', async (_what, notify, message) => {
    const answer = await post('/jobs', { ...SUBMISSION, notify });
    const { detail } = answer.json<WireProblem>();
    expect(answer.statusCode).toBeOneOf([400, 422]);
    expect(detail).toContain(message);
    expect(detail + open.logged.join()).not.toContain(CANARY);
  });

  it('is refused beside notify_url, and without any secret to sign with', async () => {
    const notify = { url: 'http://app/' };
    const both = await post('/jobs', { ...SUBMISSION, notify, notify_url: 'http://app/' });
    expect(both.json<WireProblem>().detail).toContain('notify_url and notify cannot be given');

    await open.api.close();
    open = await openApi();
    const unsigned = await post('/job/submit', { ...SUBMISSION, notify });
    expect(unsigned.json()).toMatchObject({
      success: false,
      error_code: 'BADINPUT',
      message: expect.stringMatching(/^notify\.secret must be .*has no NOTIFY_SECRETS/),
    });
    const signed = await post('/job/submit', { ...SUBMISSION, notify: { ...notify, secret: OWN } });
    expect(signed.json()).toMatchObject({ success: true });
  });
});

describe('POST /jobs/:id/notifications/:notification/redeliver', () => {
  async function told(): Promise<string> {
    const notify = { url: 'http://app/', events: ['state'] };
    const { unique_id: id } = (await post('/jobs', { ...SUBMISSION, notify })).json<WireJob>();
    await open.work(id, 'claim');
    await open.backend.change(id, (job, now) =>
      recordDelivery(job, `${id}_1`, { delivered: true, status: 200 }, now),
    );
    return id;
  }

  it('has a notification delivered again, which the job shows', async () => {
    const id = await told();
    const { deliveries: before } = (await open.api.inject(`/jobs/${id}`)).json<WireJob>();
    expect(before).toMatchObject([
      { id: `${id}_1`, sequence: 1, type: 'job.state', outcome: 'delivered', status: 200 },
    ]);
    const answer = await post(`/jobs/${id}/notifications/${id}_1/redeliver`);
    expect(answer.statusCode).toBe(202);
    const byNumber = await post(`/jobs/${id}/notifications/1/redeliver`);
    expect(byNumber.statusCode).toBe(202);
    expect(answer.json<WireJob>().deliveries).toMatchObject([
      { id: `${id}_1`, sequence: 1, outcome: 'pending', tries: 0, status: 200 },
    ]);
  });

  it('is what the client calls', async () => {
    const id = await told();
    const client = createClient({ url: await open.api.listen({ host: '127.0.0.1', port: 0 }) });
    const job = await client.redeliver(id, `${id}_1`);
    expect(job.deliveries).toMatchObject([{ outcome: 'pending' }]);
    await expect(client.redeliver(id, 'a/b?')).rejects.toMatchObject({
      code: 'UNKNOWN_NOTIFICATION',
    });
  });

  it('answers 404 for what is not there', async () => {
    const id = await told();
    const unknown = await post(`/jobs/${id}/notifications/${id}_2/redeliver`);
    expect(unknown.statusCode).toBe(404);
    expect(unknown.json()).toMatchObject({ error_code: 'UNKNOWN_NOTIFICATION' });
    const noJob = await post('/jobs/nobody/notifications/x/redeliver');
    expect(noJob.json()).toMatchObject({ error_code: 'UNKNOWN_JOB' });
  });
});
