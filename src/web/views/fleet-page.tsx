import { useState } from 'preact/hooks';
import { formatAge, formatElapsed } from '../../core/format-figures.ts';
import type { WireNode } from '../../core/api-wire.ts';
import { client } from '../api.ts';
import { inWords } from '../in-words.ts';
import { fileName } from '../job-names.ts';
import { jobs, stats } from '../jobs.ts';
import { now } from '../now.ts';
import { HistoryCharts } from '../parts/history-charts.tsx';
import { hrefOf } from '../route.ts';
import { noteRefusal } from '../session.ts';
import { useEvery } from '../use-every.ts';

export function FleetPage() {
  const [nodes, setNodes] = useState<readonly WireNode[] | undefined>(undefined);
  const [trouble, setTrouble] = useState<string | undefined>(undefined);
  useEvery(3, async (signal) => {
    try {
      setNodes(await client.nodes({ signal, retries: 0 }));
      setTrouble(undefined);
    } catch (thrown: unknown) {
      if (signal.aborted) return;
      noteRefusal(thrown);
      setTrouble(inWords(thrown));
    }
  });
  return (
    <>
      <h1 class="unseen">Fleet</h1>
      <Tiles />
      <HistoryCharts />
      <section>
        <h2>Nodes</h2>
        {trouble !== undefined && (
          <p class="trouble" role="alert">
            {trouble}
          </p>
        )}
        {nodes?.length === 0 && (
          <p class="quiet">No node runs. One is started as soon as there is a job for it.</p>
        )}
        <ul class="nodes">
          {nodes?.map((node) => (
            <Node key={node.node_id} node={node} />
          ))}
        </ul>
      </section>
    </>
  );
}

function Tiles() {
  const figures = stats.value;
  if (figures === undefined) return null;
  const { jobs: open, slots, nodes, undelivered_notifications: untold } = figures;
  const working = (open.DOWNLOADING ?? 0) + (open.ENCODING ?? 0) + (open.UPLOADING ?? 0);
  return (
    <dl class="tiles">
      <Tile name="Waiting" value={open.PENDING ?? 0} />
      <Tile name="Working" value={working} />
      <Tile name="Slots busy" value={`${slots.busy} / ${slots.total}`} />
      <Tile name="Nodes" value={nodes.ACTIVE} />
      <Tile name="Notifications due" value={untold} />
    </dl>
  );
}

function Tile({ name, value }: { name: string; value: number | string }) {
  return (
    <div class="tile">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

const CONDITION_WORDS = {
  ACTIVE: 'Takes jobs',
  DRAINING: 'Ends its jobs',
  TERMINATING: 'Is about to go',
} as const;

function Node({ node }: { node: WireNode }) {
  const { node_id: id, condition, slots, active_jobs: active } = node;
  const free = Math.max(slots - active.length, 0);
  const versions = Object.entries(node.versions).map(([name, version]) => `${name} ${version}`);
  const upMs = now.value - Date.parse(node.started_dtime);
  return (
    <li class="node">
      <div class="node-title">
        <b>{id}</b>
        <span class={`condition ${condition}`}>
          <span class="dot" aria-hidden="true" />
          {CONDITION_WORDS[condition]}
        </span>
      </div>
      <ul class="slots" aria-label={`${active.length} of ${slots} slots busy`}>
        {active.map(({ unique_id: uniqueId, attempt }) => (
          <li key={uniqueId} class="slot busy">
            <a href={hrefOf({ page: 'job', uniqueId })}>{nameOf(uniqueId)}</a>
            {attempt > 1 && <span class="quiet">attempt {attempt}</span>}
          </li>
        ))}
        {Array.from({ length: free }, (_, index) => (
          <li key={`free ${index}`} class="slot">
            free
          </li>
        ))}
      </ul>
      <p class="quiet">
        {[
          `up ${formatElapsed(Math.max(upMs, 0))}`,
          `heard of ${formatAge(node.reported_dtime, now.value)}`,
          ...versions,
        ].join(' · ')}
      </p>
    </li>
  );
}

function nameOf(uniqueId: string): string {
  const job = jobs.job(uniqueId)?.value;
  return job === undefined ? uniqueId.slice(0, 8) : fileName(job.dest_path);
}
