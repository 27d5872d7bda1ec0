import { useEffect, useRef, useState } from 'preact/hooks';
import type { WireJob } from '../../core/job-wire.ts';
import { outputUrl } from '../api.ts';
import { outputKind } from '../output-kind.ts';
import { pictureOf } from '../thumbnails.ts';
import { Icon } from './icon.tsx';

/** Rows that only rush by ask for no picture. */
const REST_MS = 250;

/** A picture of a job's first output, once there is one. Decoration: what it shows is beside it in words. */
export function Thumbnail({ job }: { job: WireJob }) {
  const place = useRef<HTMLSpanElement>(null);
  const [isDrawn, setDrawn] = useState(false);
  const output = job.job_state === 'FINISHED' ? job.result?.outputs[0] : undefined;
  const kind = output === undefined ? undefined : outputKind(output);
  const url = outputUrl(job.unique_id, 0);
  useEffect(() => {
    if (kind === undefined || kind === 'audio') return undefined;
    let isGone = false;
    const show = async () => {
      const picture = await pictureOf(url, kind);
      if (isGone || picture === 'none') return;
      place.current?.replaceChildren(picture);
      setDrawn(true);
    };
    const timer = setTimeout(() => void show(), REST_MS);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [url, kind]);
  return (
    <span class="thumbnail" aria-hidden="true">
      <span ref={place} class="picture" />
      {!isDrawn && <Icon name={kind === 'audio' ? 'sound' : 'film'} />}
    </span>
  );
}
