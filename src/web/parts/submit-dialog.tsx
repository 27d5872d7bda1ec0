import { useEffect, useRef, useState } from 'preact/hooks';
import type { WirePreset } from '../../core/api-wire.ts';
import type { JsonValue } from '../../core/json.ts';
import { client } from '../api.ts';
import { suggestDestination } from '../destination.ts';
import { droppedUri, toUri } from '../dropped-uri.ts';
import { inWords } from '../in-words.ts';
import { jobs } from '../jobs.ts';
import { notify } from '../notices.ts';
import { goTo } from '../route.ts';
import { noteRefusal } from '../session.ts';
import { Icon } from './icon.tsx';

const OWN = 'own options';
const EXAMPLE = `[{"outfile_options": [["c:v", "libx264"], ["crf", "23"], ["f", "mp4"]]}]`;

/** Submits a job by hand. */
export function SubmitDialog({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const presets = usePresets();
  const [source, setSource] = useState('');
  const [dest, setDest] = useState<string | undefined>(undefined);
  const [preset, setPreset] = useState<string | undefined>(undefined);
  const [own, setOwn] = useState('');
  const [notifyUrl, setNotifyUrl] = useState('');
  const [metadata, setMetadata] = useState('');
  const [trouble, setTrouble] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const [isOver, setOver] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);

  const chosen = preset ?? presets[0]?.name ?? OWN;
  const options = presets.find(({ name }) => name === chosen)?.options;
  const destination = dest ?? suggestDestination(toUri(source), options);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setTrouble(undefined);
    try {
      const job = await client.submit({
        source_path: toUri(source),
        dest_path: toUri(destination),
        job_options: { options: chosen === OWN ? parsed(own, 'Options') : chosen },
        ...(notifyUrl.trim() !== '' && { notify_url: notifyUrl.trim() }),
        ...(metadata.trim() !== '' && { metadata: parsed(metadata, 'Metadata') as Metadata }),
      });
      jobs.onState(job);
      notify('good', 'The job is accepted');
      onClose();
      goTo({ page: 'job', uniqueId: job.unique_id });
    } catch (thrown: unknown) {
      noteRefusal(thrown);
      setTrouble(inWords(thrown));
      setBusy(false);
    }
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const dropped = droppedUri(event.dataTransfer, source);
    if (dropped.uri !== undefined) setSource(dropped.uri);
    setTrouble(dropped.hint);
  };
  const named = (field: string) => trouble?.startsWith(field) === true;
  return (
    <dialog
      ref={dialog}
      class={isOver ? 'over' : ''}
      aria-labelledby="submit-title"
      onClose={onClose}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <form onSubmit={(event) => void submit(event)}>
        <div class="dialog-title">
          <h2 id="submit-title">New job</h2>
          <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </div>
        <label for="source">Source</label>
        <input
          id="source"
          required
          autofocus
          spellcheck={false}
          autocomplete="off"
          placeholder="file:///srv/media/in.mov, https://…, s3://bucket/key"
          value={source}
          aria-describedby="source-help"
          aria-invalid={named('source_path')}
          onInput={(event) => setSource(event.currentTarget.value)}
        />
        <p id="source-help" class="quiet">
          A path or URL as the nodes see it. It can be dragged in here.
        </p>
        <label for="preset">Encoding</label>
        <select
          id="preset"
          value={chosen}
          onChange={(event) => setPreset(event.currentTarget.value)}
        >
          {presets.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
          <option value={OWN}>options of my own</option>
        </select>
        <p class="quiet">{presets.find(({ name }) => name === chosen)?.description}</p>
        {chosen === OWN && (
          <>
            <label for="own">Options, as JSON</label>
            <textarea
              id="own"
              required
              rows={4}
              spellcheck={false}
              placeholder={EXAMPLE}
              value={own}
              onInput={(event) => setOwn(event.currentTarget.value)}
            />
          </>
        )}
        <label for="dest">Output</label>
        <input
          id="dest"
          required
          spellcheck={false}
          autocomplete="off"
          value={destination}
          aria-invalid={named('dest_path')}
          onInput={(event) => setDest(event.currentTarget.value)}
        />
        <details>
          <summary>More</summary>
          <label for="notify">Notify URL</label>
          <input
            id="notify"
            type="url"
            placeholder="https://my-app.example/encoded"
            value={notifyUrl}
            aria-invalid={named('notify_url')}
            onInput={(event) => setNotifyUrl(event.currentTarget.value)}
          />
          <label for="metadata">Metadata, as JSON</label>
          <input
            id="metadata"
            spellcheck={false}
            placeholder='{"customer": 7}'
            value={metadata}
            onInput={(event) => setMetadata(event.currentTarget.value)}
          />
        </details>
        <div role="alert">{trouble !== undefined && <p class="trouble">{trouble}</p>}</div>
        <div class="dialog-end">
          <button type="button" class="button" onClick={onClose}>
            Close
          </button>
          <button type="submit" class="button primary" disabled={isBusy}>
            Submit
          </button>
        </div>
      </form>
    </dialog>
  );
}

type Metadata = Readonly<Record<string, JsonValue>>;

function usePresets(): readonly WirePreset[] {
  const [presets, setPresets] = useState<readonly WirePreset[]>([]);
  useEffect(() => {
    const line = new AbortController();
    client
      .presets({ signal: line.signal })
      .then((found) => setPresets(today(found)))
      .catch((thrown: unknown) => noteRefusal(thrown));
    return () => line.abort();
  }, []);
  return presets;
}

/** Those of 2012 last: few want them now. */
function today(presets: readonly WirePreset[]): readonly WirePreset[] {
  return [...presets.filter((each) => !isOld(each)), ...presets.filter(isOld)];
}

function isOld({ description }: WirePreset): boolean {
  return description.includes('2012');
}

function parsed(text: string, what: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (thrown: unknown) {
    throw new Error(`${what}: this is not JSON. ${inWords(thrown)}`, { cause: thrown });
  }
}
