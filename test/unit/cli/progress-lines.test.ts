import { describe, expect, it } from 'vitest';
import { endLine } from '../../../src/cli/progress/end-line.ts';
import { jobLine } from '../../../src/cli/progress/job-line.ts';
import { labelJobs } from '../../../src/cli/progress/label-jobs.ts';
import { plainLine } from '../../../src/cli/progress/plain-line.ts';
import { totalLine } from '../../../src/cli/progress/total-line.ts';
import { displayWidth } from '../../../src/cli/render/display-width.ts';
import { unpainted } from '../../../src/cli/render/paint.ts';
import type { WireJob } from '../../../src/core/job-wire.ts';
import { makeEncodingJob, makeFinishedJob, makeProgress, makeWireJob } from './make-wire-job.ts';

const paper = (width: number) => ({ width, paint: unpainted });
const line = (job: WireJob, width: number, label = 'clip.mov') =>
  jobLine(job, { label, labelWidth: displayWidth(label) }, paper(width));

describe('the line of a job under way', () => {
  it('has a bar and all figures where there is room', () => {
    expect(line(makeEncodingJob(), 100)).toBe(
      'clip.mov  ENCODING     ━━━━━━━━━━━━━━━━━━━━━━━━━───────────────   62%   148 fps   4.9×   ETA 0:03',
    );
  });

  it('keeps the percentage and the time left where there is little', () => {
    const narrow = line(makeEncodingJob(), 60, 'a-very-long-name-of-a-clip.mov');
    expect(narrow).toBe('a-very-l…lip.mov  ENCODING     ━━━━━━━╸────   62%   ETA 0:03');
    expect(line(makeEncodingJob(), 45)).toMatch(/━─+ {3}62%$/);
  });

  it.each([40, 60, 80, 100, 200])('fits into %d columns', (width) => {
    const details = 'Trying again after failure 1: the server did not deliver';
    const two = makeProgress({ percent: 5, fps: 1, speed: 0.1, eta_seconds: 4000, passes: 2 });
    for (const job of [
      makeEncodingJob(),
      makeEncodingJob({ progress: two }),
      makeEncodingJob({ progress: makeProgress({ fps: 1234, out_seconds: 3600, speed: 30 }) }),
      makeWireJob({ job_state_details: details }),
      makeWireJob({ job_state: 'UPLOADING', progress: makeProgress({ bytes: 5, total_bytes: 9 }) }),
    ]) {
      expect(displayWidth(line(job, width, '日本語日本語日本語日本語.mov'))).toBeLessThanOrEqual(
        width,
      );
    }
  });

  it('says what a waiting job waits for, and that a job is being cancelled', () => {
    expect(line(makeWireJob(), 80)).toBe('clip.mov  PENDING      waiting for a node');
    expect(line(makeEncodingJob({ cancel_requested: true }), 80)).toContain('CANCELLING');
  });

  it('shows what there is where the length of the source is unknown', () => {
    const progress = makeProgress({ out_seconds: 61, fps: 25, speed: 1.5 });
    expect(line(makeEncodingJob({ progress }), 80)).toBe(
      'clip.mov  ENCODING     1:01  25 fps  1.5×',
    );
  });

  it('tells the pass of several', () => {
    const progress = makeProgress({ percent: 10, pass: 2, passes: 2 });
    expect(line(makeEncodingJob({ progress }), 100)).toContain('pass 2/2');
  });
});

describe('the line of a job that has ended', () => {
  it('says where the output is and what it took', () => {
    expect(endLine(makeFinishedJob(), 'clip.mov', paper(100))).toBe(
      '✓ clip.mov → /out/clip.mp4  0:42  1.2 MB  in 8.0 s',
    );
  });

  it('says why there is no output, in as much as fits', () => {
    const job = makeWireJob({ job_state: 'ERROR', job_state_details: 'FFmpeg: no\u001b[2J good' });
    expect(endLine(job, 'clip.mov', paper(100))).toBe(
      String.raw`✗ clip.mov  ERROR  FFmpeg: no\u001b[2J good`,
    );
    expect(displayWidth(endLine(job, 'clip.mov', paper(30)))).toBeLessThanOrEqual(30);
  });
});

describe('lines where there is no terminal', () => {
  const at = (percent: number) => makeEncodingJob({ progress: makeProgress({ percent }) });

  it('come with every state and every ten percent, and not in between', () => {
    const pending = makeWireJob();
    expect(plainLine(pending, undefined, 'clip.mov')).toBe('- clip.mov  PENDING');
    expect(plainLine(pending, pending, 'clip.mov')).toBeUndefined();
    expect(plainLine(at(1), pending, 'clip.mov')).toBe('- clip.mov  ENCODING  1%');
    expect(plainLine(at(9.9), at(1), 'clip.mov')).toBeUndefined();
    expect(plainLine(at(10), at(1), 'clip.mov')).toBe('- clip.mov  ENCODING  10%');
    expect(plainLine(at(19), at(10), 'clip.mov')).toBeUndefined();
    const finished = makeFinishedJob();
    expect(plainLine(finished, at(90), 'clip.mov')).toMatch(/^✓ clip\.mov → \/out\/clip\.mp4/);
    expect(plainLine(finished, finished, 'clip.mov')).toBeUndefined();
  });

  it('tell that a job begins again, and why', () => {
    const again = makeWireJob({ job_state_details: 'Trying again after failure 1' });
    expect(plainLine(again, at(50), 'clip.mov')).toBe(
      '- clip.mov  PENDING  Trying again after failure 1',
    );
    const secondAttempt = { ...at(1), attempt: 2 };
    expect(plainLine(secondAttempt, at(50), 'clip.mov')).toBe('- clip.mov  ENCODING  1%');
  });
});

describe('the total of several jobs', () => {
  it('counts what has ended and how far the others are', () => {
    const total = { count: 4, ended: 2, lost: 1, elapsedMs: 65_000 };
    const half = makeEncodingJob({ progress: makeProgress({ percent: 50 }) });
    const text = totalLine([half, makeWireJob()], total, paper(60));
    expect(text).toMatch(/^2 of 4 done {2}[━╸─]{12,} {2}62% {2}1 failed {2}1:05 {2}ETA 0:39$/);
    expect(displayWidth(text)).toBeLessThanOrEqual(60);
  });

  it('names jobs by their source, and by their id where two have the same name', () => {
    const jobs = [
      makeWireJob({ unique_id: 'a'.repeat(32) }),
      makeWireJob({ unique_id: 'b'.repeat(32), source_path: 's3://bucket/x/clip.mov' }),
      makeWireJob({ unique_id: 'c'.repeat(32), source_path: 'file:///other.mov' }),
    ];
    expect([...labelJobs(jobs).values()]).toEqual([
      'clip.mov aaaaaaaaaaaa',
      'clip.mov bbbbbbbbbbbb',
      'other.mov',
    ]);
  });
});
