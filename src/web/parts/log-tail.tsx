import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { isFinishedState } from '../../core/job-states.ts';
import type { WireJob } from '../../core/job-wire.ts';
import { client } from '../api.ts';
import { inWords } from '../in-words.ts';
import { useEvery } from '../use-every.ts';

const READ_SECONDS = 3;
const SELDOM_SECONDS = 600;
/** Whoever has scrolled up to read is not taken away from there. */
const NEAR_PIXELS = 24;

/** The end of what the tool itself says, and goes on saying. */
export function LogTail({ job: { unique_id: id, job_state: state, attempt } }: { job: WireJob }) {
  const [log, setLog] = useState<string | undefined>(undefined);
  const [trouble, setTrouble] = useState<string | undefined>(undefined);
  const tail = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  const read = async (signal: AbortSignal) => {
    try {
      setLog(await client.log(id, { signal, retries: 0 }));
      setTrouble(undefined);
    } catch (thrown: unknown) {
      if (!signal.aborted) setTrouble(inWords(thrown));
    }
  };
  useEvery(isFinishedState(state) ? SELDOM_SECONDS : READ_SECONDS, read, [id, state, attempt]);
  useLayoutEffect(() => {
    const element = tail.current;
    if (element !== null && isAtEnd.current) element.scrollTop = element.scrollHeight;
  }, [log]);
  return (
    <section>
      <h2>Log</h2>
      {trouble !== undefined && <p class="quiet">{trouble}</p>}
      {log === '' && <p class="quiet">{silenceOf(state)}</p>}
      {log !== undefined && log !== '' && (
        <pre
          ref={tail}
          class="code log"
          tabIndex={0}
          role="log"
          aria-label="End of the log"
          aria-live="off"
          onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
            isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_PIXELS;
          }}
        >
          {log}
        </pre>
      )}
    </section>
  );
}

function silenceOf(state: WireJob['job_state']): string {
  if (isFinishedState(state)) return 'Nothing was said.';
  return state === 'PENDING' ? 'Nothing runs yet.' : 'Nothing was said yet.';
}
