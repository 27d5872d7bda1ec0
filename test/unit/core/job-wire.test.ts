import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EncodingJob } from '../../../src/core/job.ts';
import { toWireJob } from '../../../src/core/job-wire.ts';
import { makeJob, NOW } from '../../doubles/make-job.ts';
import { makeNotification } from '../../doubles/make-notification.ts';

const facts = {
  size: 1000,
  format: 'mov,mp4',
  duration: 12.5,
  bitRate: 640,
  video: {
    codec: 'h264',
    profile: 'High',
    width: 640,
    height: 360,
    frameRate: 25,
    pixelFormat: 'yuv420p',
  },
  audio: { codec: 'aac', profile: 'LC', sampleRate: 48_000, channels: 2 },
};

const fullJob: EncodingJob = makeJob({
  sourcePath: 's3://AKIA:canary/secret@in/a.mov',
  destPath: 'https://user:canary@out/b.mp4',
  notifyUrl: 'https://app/done?token=canary',
  metadata: { order: 7 },
  jobState: 'UPLOADING',
  jobStateDetails: 'Uploading',
  attempt: 2,
  failures: 1,
  lease: { nodeId: 'node-1', until: NOW + 1 },
  progress: {
    percent: 50,
    fps: 100,
    speed: 4,
    outSeconds: 6.25,
    etaSeconds: 1.5,
    pass: 1,
    passes: 2,
    bytes: 10,
    totalBytes: 20,
  },
  result: { source: facts, outputs: [{ ...facts, uri: 's3://AKIA:canary@out/b.mp4' }] },
  translated: ['libfaac became aac'],
  log: 'frame=1',
  undelivered: [
    makeNotification({
      id: 'job-1_2',
      sequence: 2,
      jobState: 'ERROR',
      tries: 1,
      nextTryAt: NOW + 5000,
      lastTryAt: NOW,
      lastError: 'refused',
    }),
  ],
  deliveries: [
    {
      id: 'job-1_1',
      sequence: 1,
      event: 'finished',
      jobState: 'ERROR',
      createdAt: NOW,
      lastTryAt: NOW,
      lastStatus: 204,
      outcome: 'delivered',
      tries: 1,
      at: NOW,
      lastError: null,
    },
  ],
  notificationCount: 2,
});

it('shows a job in the names of 2012, times in ISO 8601, secrets hidden', () => {
  const wireFacts = {
    size: 1000,
    format: 'mov,mp4',
    duration: 12.5,
    bit_rate: 640,
    video: {
      codec: 'h264',
      profile: 'High',
      width: 640,
      height: 360,
      frame_rate: 25,
      pixel_format: 'yuv420p',
    },
    audio: { codec: 'aac', profile: 'LC', sample_rate: 48_000, channels: 2 },
  };
  expect(toWireJob(fullJob)).toStrictEqual({
    unique_id: 'job-1',
    source_path: 's3://***@in/a.mov',
    dest_path: 'https://***@out/b.mp4',
    job_options: { nommer: 'FFmpegNommer', options: [] },
    notify_url: 'https://app/done?token=***',
    notify: null,
    metadata: { order: 7 },
    job_state: 'UPLOADING',
    job_state_details: 'Uploading',
    error_code: null,
    creation_dtime: '2026-11-01T00:00:00.000Z',
    last_modified_dtime: '2026-11-01T00:00:00.000Z',
    version: 1,
    attempt: 2,
    failures: 1,
    node_id: 'node-1',
    cancel_requested: false,
    progress: {
      percent: 50,
      fps: 100,
      speed: 4,
      out_seconds: 6.25,
      eta_seconds: 1.5,
      pass: 1,
      passes: 2,
      bytes: 10,
      total_bytes: 20,
    },
    timings: [{ state: 'PENDING', attempt: 0, at: '2026-11-01T00:00:00.000Z' }],
    result: { source: wireFacts, outputs: [{ ...wireFacts, uri: 's3://***@out/b.mp4' }] },
    translated: ['libfaac became aac'],
    deliveries: [
      {
        id: 'job-1_1',
        sequence: 1,
        type: 'job.finished',
        job_state: 'ERROR',
        outcome: 'delivered',
        tries: 1,
        status: 204,
        last_error: null,
        last_try_at: '2026-11-01T00:00:00.000Z',
        at: '2026-11-01T00:00:00.000Z',
      },
      {
        id: 'job-1_2',
        sequence: 2,
        type: 'job.finished',
        job_state: 'ERROR',
        outcome: 'pending',
        tries: 1,
        status: null,
        last_error: 'refused',
        last_try_at: '2026-11-01T00:00:00.000Z',
        at: '2026-11-01T00:00:05.000Z',
      },
    ],
  });
});

it('has the same fields for a job about which nothing is known yet', () => {
  expect(Object.keys(toWireJob(makeJob()))).toStrictEqual(Object.keys(toWireJob(fullJob)));
  expect(toWireJob(makeJob())).toMatchObject({
    notify_url: null,
    node_id: null,
    progress: null,
    result: null,
  });
  expect(toWireJob(makeJob({ result: { source: null, outputs: [] } })).result).toStrictEqual({
    source: null,
    outputs: [],
  });
});

it('knows audio without video, and video without audio', () => {
  const source = { ...facts, video: null };
  const outputs = [{ ...facts, audio: null, uri: 'file:///out.mp4' }];
  expect(toWireJob(makeJob({ result: { source, outputs } })).result).toMatchObject({
    source: { video: null, audio: { codec: 'aac' } },
    outputs: [{ video: { codec: 'h264' }, audio: null }],
  });
});

it('shows no secret of any URI, wherever it stands', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9/+]{20,40}$/);
  fc.assert(
    fc.property(secret, (given) => {
      const uri = `s3://AKIA:${given}@bucket/key`;
      const job = makeJob({
        sourcePath: uri,
        destPath: uri,
        notifyUrl: `https://user:${encodeURIComponent(given)}@app/`,
        result: { source: null, outputs: [{ ...facts, uri }] },
      });
      const shown = JSON.stringify(toWireJob(job));
      expect(shown).not.toContain(given);
      expect(shown).not.toContain(encodeURIComponent(given));
    }),
  );
});
