import type { SubmitRequest } from '../../../core/api-wire.ts';
import type { WireFacts, WireJob } from '../../../core/job-wire.ts';

/** What the API's document shows: one job, from its submit to its end. */

const SECRET = 'whsec_bWVkaWEtbm9tbWVyIHNob3dzIHRoaXMgdG8gYWxs';

const PASSES = [
  {
    outfile_options: [
      ['vcodec', 'libx264'],
      ['preset', 'medium'],
      ['crf', '23'],
      ['an', null],
      ['f', 'mp4'],
    ],
    move_atom_to_front: true,
  },
] as const;

const FILES = {
  source_path: 'file:///srv/media/in.mov',
  dest_path: 'file:///srv/media/out.mp4',
} as const;

export const SUBMISSIONS = {
  'by a preset': { ...FILES, job_options: { options: 'h264_web' } },
  'a preset with changes': {
    ...FILES,
    job_options: { options: { preset: 'h264_web', outfile_options: [['crf', '28']] } },
  },
  "with FFmpeg's own options": {
    ...FILES,
    job_options: { nommer: 'FFmpegNommer', options: PASSES },
  },
  'told by signed POSTs': {
    source_path: 's3://uploads/in.mov',
    dest_path: 's3://videos/out.mp4',
    job_options: { options: 'h264_web' },
    notify: { url: 'https://my-app.example/hook', events: ['state', 'finished'], secret: SECRET },
    metadata: { order: 1042 },
    idempotency_key: 'order-1042',
  },
} as const satisfies Record<string, SubmitRequest>;

export const SUBMISSION_OF_2012 = {
  ...FILES,
  notify_url: 'http://my-app.example/encoded/',
  job_options: { nommer: 'FFmpegNommer', options: 'h264_web' },
} as const;

const VIDEO = { codec: 'h264', profile: 'High', pixel_format: 'yuv420p', frame_rate: 25 } as const;
const AUDIO = { codec: 'aac', profile: 'LC', sample_rate: 48_000, channels: 2 } as const;
const SOURCE: WireFacts = {
  size: 73_400_320,
  format: 'mov,mp4,m4a,3gp,3g2,mj2',
  duration: 60,
  bit_rate: 9_786_709,
  video: { ...VIDEO, width: 1920, height: 1080 },
  audio: AUDIO,
};

export const JOB_ID = '1f40fc92da241694750979ee6cf582f2';

export const NEW_JOB: WireJob = {
  unique_id: JOB_ID,
  ...FILES,
  job_options: { nommer: 'FFmpegNommer', options: PASSES },
  notify_url: null,
  notify: null,
  metadata: {},
  job_state: 'PENDING',
  job_state_details: null,
  error_code: null,
  creation_dtime: '2026-11-01T12:00:00.000Z',
  last_modified_dtime: '2026-11-01T12:00:00.000Z',
  version: 1,
  attempt: 0,
  failures: 0,
  node_id: null,
  cancel_requested: false,
  progress: null,
  timings: [{ state: 'PENDING', attempt: 0, at: '2026-11-01T12:00:00.000Z' }],
  result: null,
  translated: [],
  deliveries: [],
};

const WORKING_JOB: WireJob = {
  ...NEW_JOB,
  job_state: 'ENCODING',
  last_modified_dtime: '2026-11-01T12:00:09.800Z',
  version: 4,
  attempt: 1,
  node_id: 'node-1',
  progress: {
    percent: 41.5,
    fps: 104,
    speed: 4.2,
    out_seconds: 24.9,
    eta_seconds: 8.4,
    pass: 1,
    passes: 1,
    bytes: null,
    total_bytes: null,
  },
  timings: [
    ...NEW_JOB.timings,
    { state: 'DOWNLOADING', attempt: 1, at: '2026-11-01T12:00:00.010Z' },
    { state: 'ENCODING', attempt: 1, at: '2026-11-01T12:00:00.900Z' },
  ],
};

export const FINISHED_JOB: WireJob = {
  ...WORKING_JOB,
  job_state: 'FINISHED',
  last_modified_dtime: '2026-11-01T12:00:20.400Z',
  version: 6,
  node_id: null,
  progress: null,
  timings: [
    ...WORKING_JOB.timings,
    { state: 'UPLOADING', attempt: 1, at: '2026-11-01T12:00:20.200Z' },
    { state: 'FINISHED', attempt: 1, at: '2026-11-01T12:00:20.400Z' },
  ],
  result: {
    source: SOURCE,
    outputs: [
      {
        uri: FILES.dest_path,
        ...SOURCE,
        size: 18_874_368,
        bit_rate: 2_516_582,
        audio: null,
      },
    ],
  },
};

export const CANCELLED_JOB: WireJob = {
  ...NEW_JOB,
  job_state: 'CANCELLED',
  last_modified_dtime: '2026-11-01T12:00:05.000Z',
  version: 2,
  cancel_requested: true,
  timings: [...NEW_JOB.timings, { state: 'CANCELLED', attempt: 0, at: '2026-11-01T12:00:05.000Z' }],
};
