import { useState } from 'preact/hooks';
import type { WireJob, WireResult } from '../../core/job-wire.ts';
import { outputUrl, whyNoOutput } from '../api.ts';
import { fileName } from '../job-names.ts';
import { outputKind } from '../output-kind.ts';
import { Icon } from './icon.tsx';

interface PlayerProps {
  readonly job: WireJob;
  readonly output: WireResult['outputs'][number];
  readonly index: number;
}

const CANNOT = 'This browser cannot play it.';

/** Plays or shows an output, where the browser can; says why not, where it cannot. */
export function Player({ job, output, index }: PlayerProps) {
  const [trouble, setTrouble] = useState<string | undefined>(undefined);
  const url = outputUrl(job.unique_id, index);
  const name = fileName(output.uri);
  const explain = async () => {
    setTrouble((await whyNoOutput(job.unique_id, index)) ?? CANNOT);
  };
  return (
    <section class="player" aria-label={`Output ${name}`}>
      {trouble === undefined ? (
        <Media url={url} name={name} output={output} onError={() => void explain()} />
      ) : (
        <p class="quiet box">{trouble}</p>
      )}
      <p class="quiet">
        <span class="path">{output.uri}</span>
        {(trouble === undefined || trouble === CANNOT) && (
          <a class="download" href={url} download={name}>
            <Icon name="download" />
            Download
          </a>
        )}
      </p>
    </section>
  );
}

interface MediaProps {
  readonly url: string;
  readonly name: string;
  readonly output: WireResult['outputs'][number];
  readonly onError: () => void;
}

function Media({ url, name, output, onError }: MediaProps) {
  switch (outputKind(output)) {
    case 'image':
      return <img src={url} alt={name} onError={onError} />;
    case 'audio':
      return <audio src={url} controls preload="metadata" onError={onError} />;
    case 'video': {
      const shape = output.video && `${output.video.width} / ${output.video.height}`;
      const style = shape === null ? {} : { aspectRatio: shape };
      return (
        <video src={url} controls playsInline preload="metadata" style={style} onError={onError} />
      );
    }
  }
}
