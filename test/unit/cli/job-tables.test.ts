import { describe, expect, it } from 'vitest';
import { renderCheck } from '../../../src/cli/doctor/render-check.ts';
import { displayWidth } from '../../../src/cli/render/display-width.ts';
import { unpainted } from '../../../src/cli/render/paint.ts';
import { renderJob } from '../../../src/cli/render/render-job.ts';
import { renderNotificationList } from '../../../src/cli/render/render-notification-list.ts';
import { renderJobList } from '../../../src/cli/render/render-job-list.ts';
import { renderNodeList } from '../../../src/cli/render/render-node-list.ts';
import { renderSettingList } from '../../../src/cli/render/render-setting-list.ts';
import { makeEncodingJob, makeFinishedJob, makeWireJob, NOW } from './make-wire-job.ts';

const paper = (width: number) => ({ width, paint: unpainted });

describe('the list of jobs', () => {
  const jobs = [
    makeEncodingJob({ source_path: 'file:///in/holiday.mov' }),
    makeFinishedJob(),
    makeWireJob({ job_state: 'ERROR', job_state_details: 'FFmpeg finds no media in the source' }),
  ];

  it('is aligned, with short ids, on a terminal', () => {
    expect(renderJobList(jobs, paper(100), NOW).split('\n')).toEqual([
      'ID            STATE     AGE        SOURCE',
      '0123456789ab  ENCODING  2 min ago  holiday.mov  62%  ETA 0:03',
      '0123456789ab  FINISHED  2 min ago  clip.mov     1.2 MB',
      '0123456789ab  ERROR     2 min ago  clip.mov     FFmpeg finds no media in the source',
    ]);
  });

  it('fits into 60 columns', () => {
    for (const line of renderJobList(jobs, paper(60), NOW).split('\n')) {
      expect(displayWidth(line)).toBeLessThanOrEqual(60);
    }
  });

  const why =
    'source_path: http://media.example/2026/11/clip.mov answered with HTTP status 404, ' +
    'and that is all that there is to say of it, whoever may want to hear more than this';

  it('says below a failed job why, where there is no room beside it', () => {
    const failed = makeWireJob({ job_state: 'ERROR', job_state_details: why });
    expect(renderJobList([...jobs, failed], paper(80), NOW).split('\n')).toEqual([
      'ID            STATE     AGE        SOURCE',
      '0123456789ab  ENCODING  2 min ago  holiday.mov  62%  ETA 0:03',
      '0123456789ab  FINISHED  2 min ago  clip.mov     1.2 MB',
      '0123456789ab  ERROR     2 min ago  clip.mov',
      '  FFmpeg finds no media in the source',
      '0123456789ab  ERROR     2 min ago  clip.mov',
      '  source_path: http://media.example/2026/11/clip.mov answered with HTTP status',
      '  404, and that is all that there is to say of it, whoever may want to hear mor…',
    ]);
  });

  it('keeps to the width with a reason below, whatever the reason', () => {
    for (const details of [
      why,
      'x'.repeat(200),
      `映`.repeat(90),
      `${'y'.repeat(70)} ${'z'.repeat(99)}`,
    ]) {
      const failed = makeWireJob({ job_state: 'ABANDONED', job_state_details: details });
      for (const width of [40, 80, 120]) {
        const lines = renderJobList([failed], paper(width), NOW).split('\n');
        expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(Math.max(width, 51));
        expect(lines.length).toBeLessThanOrEqual(4);
      }
    }
  });

  it('has ids in full in a pipe', () => {
    expect(renderJobList(jobs, paper(Infinity), NOW)).toContain('0123456789abcdef0123456789abcdef');
  });
});

describe('all about one job', () => {
  it('shows where from, where to, what came out and what it took', () => {
    const text = renderJob(makeFinishedJob({ metadata: { album: 7 } }), paper(100), NOW);
    expect(text.split('\n')).toEqual([
      'clip.mov  FINISHED',
      '',
      '  Job        0123456789abcdef0123456789abcdef',
      '  Source     /in/clip.mov',
      '             0:42 · h264 1280×720 29.97 fps · aac 44.1 kHz stereo · 24.1 MB',
      '  Output     /out/clip.mp4',
      '             0:42 · h264 1280×720 29.97 fps · aac 44.1 kHz stereo · 1.2 MB',
      '  Submitted  2 min ago (2026-11-24T11:58:00.000Z)',
      '  Took       8.0 s, 5.3× faster than it plays',
      '  Nommer     FFmpegNommer',
      '  album      7',
    ]);
  });

  it('shows why it failed, how often, what was changed and who was told', () => {
    const text = renderJob(
      makeWireJob({
        job_state: 'ERROR',
        job_state_details: 'The server did not deliver',
        error_code: 'SOURCE_UNREACHABLE',
        attempt: 3,
        failures: 3,
        translated: ['libfaac → aac'],
        notify_url: 'http://127.0.0.1/told',
        deliveries: [
          {
            id: 'x_1',
            sequence: 1,
            type: 'job.finished',
            job_state: 'ERROR',
            outcome: 'pending',
            tries: 1,
            status: 500,
            last_error: 'HTTP 500',
            last_try_at: new Date(NOW).toISOString(),
            at: new Date(NOW + 300_000).toISOString(),
          },
        ],
      }),
      paper(100),
      NOW,
    );
    expect(text).toContain('Why        The server did not deliver (SOURCE_UNREACHABLE)');
    expect(text).toContain('Attempt    3, after 3 failures');
    expect(text).toContain('Changed    libfaac → aac');
    expect(text).toContain('ERROR not yet, try 2 in 5 min  http://127.0.0.1/told: HTTP 500');
  });
});

describe('notifications', () => {
  const at = new Date(NOW + 300_000).toISOString();
  const pending = {
    id: 'x_7',
    sequence: 7,
    type: 'job.state',
    job_state: 'ENCODING',
    outcome: 'pending',
    tries: 2,
    status: 503,
    last_error: 'the receiver answered 503',
    last_try_at: at,
    at,
  } as const;
  const delivered = (sequence: number) => ({
    ...pending,
    id: `x_${sequence}`,
    sequence,
    outcome: 'delivered' as const,
    tries: 1,
    status: 204,
    last_error: null,
    at: new Date(NOW).toISOString(),
  });

  it('are a table in their order, under whom they go to', () => {
    const notify = { url: 'http://app/\u001b[31m', method: 'POST', events: [] } as const;
    const job = makeWireJob({ notify, deliveries: [delivered(8), pending] });
    expect(renderNotificationList(job, paper(100), NOW).split('\n')).toEqual([
      'http://app/\\u001b[31m',
      'NO  TYPE       STATE     OUTCOME    TRIES  ANSWER  WHEN',
      ' 7  job.state  ENCODING  pending        2  503     try 3 in 5 min  the receiver answered 503',
      ' 8  job.state  ENCODING  delivered      1  204     just now',
    ]);
  });

  it('show no error beside one that has arrived after it', () => {
    const late = { ...delivered(1), tries: 2, last_error: 'refused' };
    const text = renderNotificationList(makeWireJob({ deliveries: [late] }), paper(100), NOW);
    expect(text.split('\n').at(-1)).toBe(
      ' 1  job.state  ENCODING  delivered      2  204     just now',
    );
  });

  it('are named with the job, the latest of them', () => {
    const deliveries = [1, 2, 3, 4, 5, 6].map(delivered);
    const text = renderJob(makeWireJob({ deliveries: [...deliveries, pending] }), paper(100), NOW);
    expect(text.match(/ENCODING just now/g)).toHaveLength(4);
    expect(text).toContain('ENCODING not yet, try 3 in 5 min  : the receiver answered 503');
    expect(text).toContain('and 2 before: media-nommer notifications 0123456789ab');
  });
});

describe('the list of nodes', () => {
  it('shows those that are coming up, too', () => {
    const at = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();
    const node = { node_id: 'node-1', condition: 'ACTIVE', slots: 2, versions: {} } as const;
    const jobs = [{ unique_id: 'job-1', attempt: 1 }];
    const dtimes = { started_dtime: at(7200), reported_dtime: at(20) };
    const booting = { node_id: 'i-0123', condition: 'BOOTING', launched_dtime: at(120) } as const;
    const text = renderNodeList(
      [{ ...node, ...dtimes, active_jobs: jobs }, booting],
      paper(80),
      NOW,
    );
    expect(text.split('\n')).toEqual([
      'NODE    STATE    BUSY    STARTED    REPORTED',
      'node-1  ACTIVE   1 of 2  2 h ago    20 s ago',
      'i-0123  BOOTING  –       2 min ago  not yet',
    ]);
  });
});

describe('settings and checks', () => {
  it('tells where a setting comes from that somebody has set', () => {
    const settings = [
      { name: 'FEEDERD_PORT', value: '18431', origin: 'environment' as const },
      { name: 'AWS_REGION', value: null, origin: 'default' as const },
    ];
    expect(renderSettingList(settings, paper(80)).split('\n')).toEqual([
      'FEEDERD_PORT  18431  (environment)',
      'AWS_REGION    –',
    ]);
  });

  it('says what to do about what is missing', () => {
    const check = {
      name: 'ffmpeg',
      verdict: 'problem',
      found: 'not found',
      advice: 'Install it.',
    } as const;
    expect(renderCheck(check, paper(80))).toBe(
      '✗ ffmpeg      not found\n              → Install it.',
    );
  });
});
