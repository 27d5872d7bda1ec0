import { useEffect, useState } from 'preact/hooks';
import { formatAge } from '../../core/format-figures.ts';
import { isWorkingState } from '../../core/job-states.ts';
import type { WireJob } from '../../core/job-wire.ts';
import { client } from '../api.ts';
import { inWords } from '../in-words.ts';
import { fileName } from '../job-names.ts';
import { act, actionFor, jobs } from '../jobs.ts';
import { connection } from '../live.ts';
import { now } from '../now.ts';
import { Attempts } from '../parts/attempts.tsx';
import { Deliveries } from '../parts/deliveries.tsx';
import { FactsTable } from '../parts/facts-table.tsx';
import { Icon } from '../parts/icon.tsx';
import { LogTail } from '../parts/log-tail.tsx';
import { Passes } from '../parts/passes.tsx';
import { Player } from '../parts/player.tsx';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { StateBadge } from '../parts/state-badge.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { hrefOf } from '../route.ts';
import { may, noteRefusal } from '../session.ts';

export function JobPage({ uniqueId }: { uniqueId: string }) {
  const [trouble, setTrouble] = useState<string | undefined>(undefined);
  const [, arrived] = useState(false);
  const isLive = connection.value === 'live';
  useEffect(() => {
    const line = new AbortController();
    const read = async () => {
      try {
        jobs.take(await client.get(uniqueId, { signal: line.signal }));
        arrived(true);
        setTrouble(undefined);
      } catch (thrown: unknown) {
        if (line.signal.aborted) return;
        noteRefusal(thrown);
        setTrouble(inWords(thrown));
      }
    };
    void read();
    return () => line.abort();
    // Whatever happened while the line was broken is read, too.
  }, [uniqueId, isLive]);
  const job = jobs.job(uniqueId)?.value;
  return (
    <article class="job-page">
      <a class="back" href={hrefOf({ page: 'jobs' })}>
        <Icon name="back" />
        Jobs
      </a>
      {trouble !== undefined && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {job === undefined ? (
        trouble === undefined && <p class="quiet">Reading the job …</p>
      ) : (
        <Job job={job} />
      )}
    </article>
  );
}

function Job({ job }: { job: WireJob }) {
  const outputs = job.job_state === 'FINISHED' ? (job.result?.outputs ?? []) : [];
  return (
    <>
      <Title job={job} />
      <Trouble job={job} />
      {isWorkingState(job.job_state) && <ProgressBar job={job} label="Progress" />}
      <div class="columns">
        <div class="wide">
          {outputs.map((output, index) => (
            <Player key={output.uri} job={job} output={output} index={index} />
          ))}
          <Attempts job={job} />
          <LogTail job={job} />
        </div>
        <div class="narrow">
          <FactsTable job={job} />
          <Passes job={job} />
          <Metadata metadata={job.metadata} />
          <Deliveries job={job} />
        </div>
      </div>
    </>
  );
}

function Title({ job }: { job: WireJob }) {
  const action = may('control') ? actionFor(job) : null;
  const isStopping = job.cancel_requested && isWorkingState(job.job_state);
  return (
    <div class="title">
      <div>
        <h1>{fileName(job.dest_path)}</h1>
        <p class="quiet">
          <code class="id">{job.unique_id}</code>
          {' · submitted '}
          <time dateTime={job.creation_dtime} title={new Date(job.creation_dtime).toLocaleString()}>
            {formatAge(job.creation_dtime, now.value)}
          </time>
          {job.node_id !== null && ` · on ${job.node_id}`}
        </p>
      </div>
      <span class="space" />
      <div aria-live="polite">
        <StateBadge state={job.job_state} isStopping={isStopping} />
      </div>
      {action !== null && (
        <button
          type="button"
          class={`button ${action === 'cancel' ? 'danger' : ''}`}
          onClick={() => void act(action, job)}
        >
          {action === 'cancel' ? 'Cancel job' : 'Retry job'}
        </button>
      )}
    </div>
  );
}

function Metadata({ metadata }: { metadata: WireJob['metadata'] }) {
  const entries = Object.entries(metadata);
  if (entries.length === 0) return null;
  return (
    <section>
      <h2>Metadata</h2>
      <dl class="pairs">
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
