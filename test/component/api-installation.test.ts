import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WireJob } from '../../src/core/job-wire.ts';
import { openApi, PASSES, SUBMISSION, type OpenApi } from './open-api.ts';

let open: OpenApi;

beforeEach(async () => {
  open = await openApi();
});

afterEach(() => open.api.close());

function post(payload: object) {
  return open.api.inject({ method: 'POST', url: '/jobs', payload });
}

function get(url: string) {
  return open.api.inject({ method: 'GET', url });
}

async function submit(): Promise<string> {
  return (await post(SUBMISSION)).json<WireJob>().unique_id;
}

describe('the installation', () => {
  it('tells its presets, which jobs can name', async () => {
    const presets = [{ name: 'web', description: 'For the web', options: PASSES }];
    expect((await get('/presets')).json()).toEqual({ presets });
    const byName = await post({ ...SUBMISSION, job_options: { options: 'web' } });
    expect(byName.json()).toMatchObject({
      job_options: { nommer: 'FFmpegNommer', options: PASSES },
    });
  });

  it('tells its nodes and figures', async () => {
    await submit();
    await open.work(await submit(), 'claim');
    await open.nodeStates.report({
      nodeId: 'node-1',
      condition: 'ACTIVE',
      slots: 4,
      fromFleet: true,
      activeJobs: [{ uniqueId: 'a', attempt: 2 }],
      startedAt: 0,
      reportedAt: 1000,
      versions: { ffmpeg: '5.1' },
    });
    expect((await get('/nodes')).json()).toEqual({
      nodes: [
        {
          node_id: 'node-1',
          condition: 'ACTIVE',
          slots: 4,
          active_jobs: [{ unique_id: 'a', attempt: 2 }],
          started_dtime: '1970-01-01T00:00:00.000Z',
          reported_dtime: '1970-01-01T00:00:01.000Z',
          versions: { ffmpeg: '5.1' },
        },
      ],
      booting: [],
    });
    expect((await get('/stats')).json()).toEqual({
      jobs: { PENDING: 1, DOWNLOADING: 1, ENCODING: 0, UPLOADING: 0 },
      undelivered_notifications: 0,
      queue: { waiting: 2, delayed: 0, in_flight: 0 },
      nodes: { ACTIVE: 1, DRAINING: 0, TERMINATING: 0 },
      slots: { total: 4, busy: 1 },
    });
  });

  it('tells which nodes are launched and have yet to report', async () => {
    await open.api.close();
    open = await openApi({
      bootingNodes: () => ['node-1', 'node-2'].map((nodeId) => ({ nodeId, launchedAt: 2000 })),
    });
    const [startedAt, reportedAt] = [0, 1000];
    const node = { nodeId: 'node-1', condition: 'ACTIVE', slots: 1, fromFleet: true } as const;
    await open.nodeStates.report({ ...node, startedAt, reportedAt, activeJobs: [], versions: {} });
    expect((await get('/nodes')).json()).toEqual({
      // One that has reported since is none of them any more.
      nodes: [expect.objectContaining({ node_id: 'node-1', condition: 'ACTIVE' })],
      booting: [
        { node_id: 'node-2', condition: 'BOOTING', launched_dtime: '1970-01-01T00:00:02.000Z' },
      ],
    });
  });

  it('counts the notifications to deliver, those of ended jobs included', async () => {
    const job = await post({ ...SUBMISSION, notify_url: 'http://app.example/done' });
    const { unique_id: id } = job.json<WireJob>();
    await open.api.inject({ method: 'POST', url: `/jobs/${id}/cancel` });
    expect((await get('/stats')).json()).toMatchObject({
      jobs: { PENDING: 0 },
      undelivered_notifications: 1,
    });
  });

  it('is healthy and ready', async () => {
    expect((await get('/healthz')).statusCode).toBe(200);
    expect((await get('/readyz')).statusCode).toBe(200);
  });
});
