import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/cli/render/display-width.ts';
import { unpainted } from '../../../src/cli/render/paint.ts';
import { Farm, type FarmFigures, type FarmView } from '../../../src/cli/top/farm.ts';
import { maxOffset, renderPage, scroll } from '../../../src/cli/top/page.ts';
import { renderFarm } from '../../../src/cli/top/render-farm.ts';
import { makeEncodingJob, makeFinishedJob, makeWireJob, NOW } from './make-wire-job.ts';

const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();
const paper = (width: number) => ({ width, paint: unpainted });

const FIGURES: FarmFigures = {
  stats: {
    jobs: {},
    undelivered_notifications: 0,
    queue: { waiting: 2, delayed: 0, in_flight: 1 },
    nodes: { ACTIVE: 1, DRAINING: 1, TERMINATING: 0 },
    slots: { total: 4, busy: 2 },
  },
  nodes: [
    {
      node_id: 'local-1',
      condition: 'ACTIVE',
      slots: 2,
      active_jobs: [{ unique_id: 'a', attempt: 1 }],
      started_dtime: ago(7200),
      reported_dtime: ago(1),
      versions: {},
    },
    {
      node_id: 'i-0123456789abcdef0',
      condition: 'DRAINING',
      slots: 2,
      active_jobs: [],
      started_dtime: ago(60),
      reported_dtime: ago(12),
      versions: {},
    },
  ],
  lastHour: { finished: 143, failed: 2 },
};

function view(patch: Partial<FarmView> = {}): FarmView {
  const open = [
    makeEncodingJob({ unique_id: 'a', node_id: 'local-1' }),
    makeEncodingJob({ unique_id: 'b', node_id: 'gone', source_path: 'file:///in/lost.mov' }),
    ...[700, 65, 3].map((seconds, index) =>
      makeWireJob({
        unique_id: `w${index}`,
        source_path: `file:///in/wait${index}.mov`,
        creation_dtime: ago(seconds),
      }),
    ),
  ];
  return { ...FIGURES, now: NOW, trouble: null, open, ended: [makeFinishedJob()], ...patch };
}

describe('top', () => {
  it('shows figures, each node with its jobs, what waits and what has ended', () => {
    const { head, body } = renderFarm(view(), paper(100));
    expect(head).toEqual([
      'Jobs     3 waiting, the oldest 12 min · 2 encoding',
      'Slots    ━━━━━━━━━━──────────  2 of 4 busy · 2 nodes, 1 of them leaving',
      'Speed    9.9× as fast as it plays · 296 fps · 143 finished in the last hour, 2 failed',
    ]);
    expect(body).toEqual([
      '',
      'NODES',
      '  local-1  ACTIVE  1 of 2 busy  up 2 h  reported just now',
      expect.stringMatching(
        /^ {4}clip\.mov {2}ENCODING {5}━+─+ {3}62% {3}148 fps {3}4\.9× {3}ETA 0:03$/,
      ),
      '  i-0123456789abcdef0  DRAINING  0 of 2 busy  up 1 min  reported 12 s ago',
      '  on nodes that do not report (yet)',
      expect.stringMatching(/^ {4}lost\.mov {2}ENCODING/),
      '',
      'WAITING',
      '  wait0.mov  12 min',
      '  wait1.mov  1 min',
      '  wait2.mov  3 s',
      '',
      'ENDED',
      '  ✓ clip.mov → /out/clip.mp4  0:42  1.2 MB  in 8.0 s',
    ]);
  });

  it.each([60, 80, 120])('fits into %d columns', (width) => {
    const trouble = 'Cannot reach feederd at http://127.0.0.1:8001 (connection refused).';
    const { head, body } = renderFarm(view({ trouble }), paper(width));
    const lines = [...head, ...body];
    expect(lines.filter((line) => displayWidth(line) > width)).toEqual([]);
    expect(head.at(-1)).toMatch(/^Trouble {2}Cannot reach/);
  });

  it('says so when there is nothing', () => {
    const stats = { ...FIGURES.stats, slots: { total: 0, busy: 0 } };
    const empty = view({ open: [], ended: [], nodes: [], stats, lastHour: null });
    const { head, body } = renderFarm(empty, paper(80));
    expect(head).toEqual([
      'Jobs     0 waiting · none under way',
      'Slots    ────────────────────  0 of 0 busy · 0 nodes',
      'Speed    nothing is being encoded',
    ]);
    expect(body).toEqual(['', 'NODES', '  none reports']);
  });

  it('lists a few of thousands that wait, the oldest first', () => {
    const open = Array.from({ length: 9000 }, (_, index) =>
      makeWireJob({ unique_id: `w${index}`, creation_dtime: ago(9000 - index) }),
    );
    const { body } = renderFarm(view({ open }), paper(80));
    expect(body).toContain('  and 8995 more');
    expect(body.find((line) => line.includes('clip.mov w0'))).toMatch(/3 h$/);
  });
});

describe('the page', () => {
  const farm = { head: ['head'], body: Array.from({ length: 40 }, (_, index) => `line ${index}`) };
  const parts = { title: 'title', clock: '12:00:00', rows: 10, offset: 0 };

  it('is as high as the terminal, and its body scrolls between its ends', () => {
    expect(renderPage(farm, parts, paper(40))).toEqual([
      `title${' '.repeat(27)}12:00:00`,
      '',
      'head',
      ...['line 0', 'line 1', 'line 2', 'line 3', 'line 4', 'line 5'],
      `↑ ↓ scroll  q quits${' '.repeat(12)}1–6 of 40`,
    ]);
    const page = { rows: 10, max: maxOffset(farm, 10) };
    expect(scroll('up', 0, page)).toBe(0);
    expect(scroll('down', 3, page)).toBe(4);
    expect(scroll('page-down', 0, page)).toBe(3);
    expect(scroll('bottom', 0, page)).toBe(34);
    expect(scroll('page-down', 34, page)).toBe(34);
    expect(renderPage(farm, { ...parts, offset: 34 }, paper(40))[8]).toBe('line 39');
  });

  it('needs no scrolling where all has room, and little of a terminal', () => {
    const short = { head: ['head'], body: ['line'] };
    const page = renderPage(short, parts, paper(40));
    expect(page).toHaveLength(10);
    expect(page.at(-1)).toBe('q quits');
    expect(renderPage(farm, { ...parts, rows: 3 }, paper(8))).toHaveLength(3);
  });
});

describe('what is known of the installation', () => {
  it('follows jobs from open to ended, and back when they are retried', () => {
    const farm = new Farm(FIGURES);
    const job = makeEncodingJob();
    farm.hear(job, makeWireJob({ unique_id: 'other' }));
    expect(farm.view(NOW).open).toHaveLength(2);
    farm.hear(makeFinishedJob());
    farm.hear(makeFinishedJob());
    expect(farm.view(NOW)).toMatchObject({ open: [{ unique_id: 'other' }], ended: [{}] });
    expect(farm.view(NOW).ended).toHaveLength(1);
  });
});
