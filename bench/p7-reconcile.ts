import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { parseSettings } from '../src/conf/parse-settings.ts';
import type { Settings } from '../src/conf/settings.ts';
import { JobStateBackend } from '../src/core/job-state-backend.ts';
import { claim } from '../src/core/job-rules/claim.ts';
import { finish } from '../src/core/job-rules/hold.ts';
import { retryPolicyOf } from '../src/core/job-rules/fail.ts';
import { systemClock } from '../src/daemon/system-clock.ts';
import { FleetManager } from '../src/feederd/fleet-manager.ts';
import { JobCache } from '../src/feederd/job-cache.ts';
import { Reconciler } from '../src/feederd/reconciler.ts';
import { openLocalPlace } from '../src/local/open-local-place.ts';
import { makeJob } from '../test/doubles/make-job.ts';
import { allInTurn, ratio, type Figure } from './figure.ts';

const OPEN_JOBS = 100;
const MINUTE_MS = 60_000;

/** Whether what feederd does every few seconds grows with the jobs there have ever been. */
export const reconcile: Figure = {
  id: 'P7',
  title: `reconcile + scaling tick, ${OPEN_JOBS} open jobs`,
  async measure({ quick }) {
    await using closing = new AsyncDisposableStack();
    const dir = await mkdtemp(join(tmpdir(), 'media-nommer-bench-'));
    closing.defer(() => rm(dir, { recursive: true }));
    const [few, many, most] = quick ? [100, 200, 300] : [1000, 100_000, 1_000_000];
    const ticks = { few, many, most };
    const open = async (jobs: number) => {
      const feeder = await openFeeder(join(dir, String(jobs)), jobs);
      closing.defer(() => feeder.close());
      return feeder.tick;
    };
    const samples = await allInTurn(quick ? 3 : 100, {
      few: await open(ticks.few),
      many: await open(ticks.many),
      most: await open(ticks.most),
    });
    const anchor = { name: `${few} jobs ever`, samples: samples.few };
    return (['many', 'most'] as const).map((which) => {
      const ours = { name: `${ticks[which]} jobs ever`, samples: samples[which] };
      const what = `${ticks[which].toLocaleString('en')} jobs ever (local)`;
      const result = ratio(ours, anchor);
      return { unit: 'ms', what, anchor, ours, result, reach: '≤ × 1.2', bound: { most: 1.2 } };
    });
  },
};

/** The parts of feederd that look after open jobs, on a data file with so many jobs that have ended. */
async function openFeeder(dataDir: string, jobsEver: number) {
  const env = { DATA_DIR: dataDir, FEEDERD_ALLOW_EC2_LAUNCHES: 'false' };
  const settings = parseSettings({}, env, '/');
  const clock = systemClock;
  const logger = pino({ level: 'silent' });
  const place = await openLocalPlace(settings);
  const backend = new JobStateBackend({ ...place, clock, onHintLost: () => {} });
  addEndedJobs(join(dataDir, 'media-nommer.sqlite'), jobsEver, settings);
  const request = { nodeId: 'node', leaseMs: 60 * MINUTE_MS, retryPolicy: retryPolicyOf(settings) };
  for (let index = 0; index < OPEN_JOBS; index += 1) {
    const uniqueId = `open-${index}`;
    await backend.create(makeJob({ uniqueId }));
    await backend.enqueue(uniqueId);
    if (index % 2 === 0) await backend.change(uniqueId, (job, now) => claim(job, request, now));
  }
  const cache = new JobCache(place.store, () => {});
  const fleet = place.fleet({ command: [process.execPath] });
  const durations = { typicalSeconds: 60 };
  const parts = { ...place, fleet, durations, cache, backend, clock, logger, settings };
  const reconciler = new Reconciler(parts);
  const fleetManager = new FleetManager(parts);
  const tick = async () => {
    const startedAt = performance.now();
    await cache.reload();
    await reconciler.reconcile();
    await fleetManager.manage();
    return performance.now() - startedAt;
  };
  return { tick, close: () => place.close() };
}

/** Ended jobs straight into the table: by the protocol a million would take an hour. */
function addEndedJobs(file: string, count: number, settings: Settings): void {
  const nodeId = 'node';
  const retryPolicy = retryPolicyOf(settings);
  const request = { nodeId, leaseMs: MINUTE_MS, retryPolicy };
  const claimed = claim(makeJob({ uniqueId: 'ended-0' }), request, 1).job;
  const result = { source: null, outputs: [] };
  const report = { log: 'frame=1500 fps=300\n'.repeat(20), translated: [] };
  const ended = finish(claimed, { nodeId, attempt: 1 }, { result, report }, 2).job;
  const database = new DatabaseSync(file, { timeout: 10_000 });
  database
    .prepare(
      `WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number LIMIT ?)
       INSERT INTO jobs (unique_id, version, open, state, body)
       SELECT 'ended-' || n, 3, 0, 'FINISHED', replace(?, 'ended-0', 'ended-' || n) FROM number`,
    )
    .run(count, JSON.stringify(ended));
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}
