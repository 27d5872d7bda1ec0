import type { WireJob } from '../../core/job-wire.ts';
import { passesOf, type PassOptions } from '../job-names.ts';

/** What the job's tool is told to do. */
export function Passes({ job }: { job: WireJob }) {
  const { nommer, options } = job.job_options;
  const passes = passesOf(options);
  const isEmpty = options === null || (Array.isArray(options) && options.length === 0);
  return (
    <section>
      <h2>{passes.length > 1 ? `${passes.length} passes` : 'Encoding'}</h2>
      {nommer !== 'FFmpegNommer' && <p class="quiet">By {nommer}</p>}
      {passes.length > 0 ? (
        <ol class={`passes ${passes.length > 1 ? 'many' : ''}`}>
          {passes.map((pass, index) => (
            <Pass key={index.toString()} pass={pass} />
          ))}
        </ol>
      ) : (
        <pre class="code">{isEmpty ? 'No options' : JSON.stringify(options, null, 2)}</pre>
      )}
      {job.translated.length > 0 && (
        <>
          <h3>Changed for today's FFmpeg</h3>
          <ul class="plain">
            {job.translated.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Pass({ pass: { input, output, movesAtom } }: { pass: PassOptions }) {
  return (
    <li>
      <code class="options">
        <Options pairs={input} />
        <span class="file">-i source</span> <Options pairs={output} />
        {movesAtom && <span>-movflags +faststart </span>}
        <span class="file">output</span>
      </code>
    </li>
  );
}

function Options({ pairs }: { pairs: PassOptions['output'] }) {
  return pairs.map(([name, value], index) => (
    <span key={index.toString()}>
      <span class="key">-{name}</span>
      {value !== null && <b> {value}</b>}{' '}
    </span>
  ));
}
