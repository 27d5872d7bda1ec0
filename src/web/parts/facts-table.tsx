import { formatDuration, formatSize } from '../../core/format-figures.ts';
import type { WireFacts, WireJob } from '../../core/job-wire.ts';
import { fileName, folderOf } from '../job-names.ts';

/** Where the media are, and what was found in them: of the source and of every output, side by side. */
export function FactsTable({ job }: { job: WireJob }) {
  const source = job.result?.source ?? null;
  const outputs = job.result?.outputs ?? [];
  const columns = [source, ...outputs].filter((each) => each !== null);
  const titles = [...(source === null ? [] : ['Source']), ...outputs.map(titleOf)];
  const rows = FACTS.map(([name, read]) => ({ name, values: columns.map(read) })).filter(
    ({ values }) => values.some((value) => value !== null),
  );
  return (
    <section>
      <h2>Media</h2>
      <dl class="pairs">
        <Place name="Source" uri={job.source_path} />
        <Place name="Output" uri={job.dest_path} />
      </dl>
      {rows.length > 0 && (
        <div class="scroll" tabIndex={0} role="group" aria-label="Facts of source and outputs">
          <table class="facts">
            <thead>
              <tr>
                <td />
                {titles.map((title) => (
                  <th key={title} scope="col">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ name, values }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {values.map((value, index) => (
                    <td key={index.toString()}>{value ?? '–'}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Place({ name, uri }: { name: string; uri: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span class="folder">{folderOf(uri)}</span>
        <wbr />
        {fileName(uri)}
      </dd>
    </div>
  );
}

function titleOf(_output: unknown, index: number, all: readonly unknown[]): string {
  return all.length === 1 ? 'Output' : `Output ${index + 1}`;
}

const FACTS: readonly (readonly [string, (facts: WireFacts) => string | null])[] = [
  ['Size', ({ size }) => formatSize(size)],
  ['Format', ({ format }) => format?.split(',', 1)[0] ?? null],
  ['Duration', ({ duration }) => (duration === null ? null : formatDuration(duration))],
  ['Bit rate', ({ bit_rate: rate }) => (rate === null ? null : `${formatBits(rate)}/s`)],
  ['Video', ({ video }) => video && withProfile(video)],
  ['Picture', ({ video }) => video && `${video.width} × ${video.height}`],
  ['Frames', ({ video }) => (video?.frame_rate ? `${round(video.frame_rate)} /s` : null)],
  ['Pixels', ({ video }) => video?.pixel_format ?? null],
  ['Audio', ({ audio }) => audio && withProfile(audio)],
  ['Sampling', ({ audio }) => (audio?.sample_rate ? `${audio.sample_rate / 1000} kHz` : null)],
  ['Channels', ({ audio }) => audio?.channels?.toString() ?? null],
];

function withProfile({ codec, profile }: { codec: string; profile: string | null }): string {
  return profile === null ? codec : `${codec} ${profile}`;
}

function formatBits(bits: number): string {
  return bits < 1_000_000
    ? `${Math.round(bits / 1000)} kbit`
    : `${(bits / 1_000_000).toFixed(1)} Mbit`;
}

function round(value: number): string {
  return (Math.round(value * 100) / 100).toString();
}
