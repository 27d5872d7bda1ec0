import type { WireJob, WireProgress } from '../../../src/core/job-wire.ts';

export const NOW = Date.parse('2026-11-24T12:00:00.000Z');

/** A job as feederd answers it, just submitted, with whatever a test wants of it. */
export function makeWireJob(patch: Partial<WireJob> = {}): WireJob {
  return {
    unique_id: '0123456789abcdef0123456789abcdef',
    source_path: 'file:///in/clip.mov',
    dest_path: 'file:///out/clip.mp4',
    job_options: { nommer: 'FFmpegNommer', options: [] },
    notify_url: null,
    notify: null,
    metadata: {},
    job_state: 'PENDING',
    job_state_details: null,
    error_code: null,
    creation_dtime: '2026-11-24T11:58:00.000Z',
    last_modified_dtime: '2026-11-24T11:58:00.000Z',
    version: 1,
    attempt: 0,
    failures: 0,
    node_id: null,
    cancel_requested: false,
    progress: null,
    timings: [{ state: 'PENDING', attempt: 0, at: '2026-11-24T11:58:00.000Z' }],
    result: null,
    translated: [],
    deliveries: [],
    ...patch,
  };
}

export function makeProgress(patch: Partial<WireProgress> = {}): WireProgress {
  return {
    percent: null,
    fps: null,
    speed: null,
    out_seconds: null,
    eta_seconds: null,
    pass: 1,
    passes: 1,
    bytes: null,
    total_bytes: null,
    ...patch,
  };
}

/** One that is in the middle of its only pass. */
export function makeEncodingJob(patch: Partial<WireJob> = {}): WireJob {
  const progress = makeProgress({ percent: 62.7, fps: 148.2, speed: 4.94, eta_seconds: 3.2 });
  return makeWireJob({ job_state: 'ENCODING', attempt: 1, node_id: 'n', progress, ...patch });
}

/** One that has made a file of 42 s in 8 s. */
export function makeFinishedJob(patch: Partial<WireJob> = {}): WireJob {
  const facts = {
    format: 'mov,mp4',
    duration: 42,
    bit_rate: null,
    video: {
      codec: 'h264',
      profile: null,
      width: 1280,
      height: 720,
      frame_rate: 29.97003,
      pixel_format: 'yuv420p',
    },
    audio: { codec: 'aac', profile: null, sample_rate: 44_100, channels: 2 },
  };
  const at = (second: number) => new Date(NOW - 60_000 + second * 1000).toISOString();
  return makeWireJob({
    job_state: 'FINISHED',
    attempt: 1,
    timings: [
      { state: 'PENDING', attempt: 0, at: at(0) },
      { state: 'DOWNLOADING', attempt: 1, at: at(1) },
      { state: 'ENCODING', attempt: 1, at: at(2) },
      { state: 'UPLOADING', attempt: 1, at: at(8) },
      { state: 'FINISHED', attempt: 1, at: at(9) },
    ],
    result: {
      source: { ...facts, size: 24_100_000 },
      outputs: [{ ...facts, size: 1_234_567, uri: 'file:///out/clip.mp4' }],
    },
    ...patch,
  });
}
