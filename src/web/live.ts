import { batch, signal } from '@preact/signals';
import type { WireProgressEvent } from '../core/api-wire.ts';
import type { WireJob } from '../core/job-wire.ts';
import { eventsUrl } from './api.ts';
import { openSession, sessionState } from './session.ts';

export const connection = signal<'connecting' | 'live' | 'lost'>('connecting');

export interface LiveListener {
  /** What happened before may have been missed: read anew. */
  onOpen(): void;
  onState(job: WireJob): void;
  onProgress(event: WireProgressEvent): void;
}

/** Events that come in one go are shown in one go. */
const GATHER_MS = 80;
/** A page that nobody looks at needs no stream; browsers have few per server. */
const HIDDEN_MS = 20_000;
const RETRY_MS = 3000;

/**
 * Follows what happens to all jobs, for as long as the page is looked at. The browser comes back by itself
 * when the line breaks; where feederd refuses, this tries again.
 * @returns what ends it
 */
export function followJobs(listener: LiveListener): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let gathered: (() => void)[] = [];
  let isGathering = false;

  const tell = (act: () => void) => {
    gathered.push(act);
    if (isGathering) return;
    isGathering = true;
    setTimeout(() => {
      isGathering = false;
      const acts = gathered;
      gathered = [];
      batch(() => {
        for (const each of acts) each();
      });
    }, GATHER_MS);
  };
  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };
  const retry = () => {
    close();
    // It may be that the session has ended rather than that feederd is away.
    void openSession();
    timer = setTimeout(open, RETRY_MS);
  };
  const open = () => {
    close();
    const opened = new EventSource(eventsUrl);
    source = opened;
    opened.addEventListener('open', () => {
      connection.value = 'live';
      if (sessionState.peek().kind !== 'open') void openSession();
      listener.onOpen();
    });
    opened.addEventListener('error', () => {
      connection.value = 'lost';
      if (opened.readyState === EventSource.CLOSED) retry();
    });
    opened.addEventListener('state', ({ data }: MessageEvent<string>) => {
      tell(() => listener.onState(JSON.parse(data) as WireJob));
    });
    opened.addEventListener('progress', ({ data }: MessageEvent<string>) => {
      tell(() => listener.onProgress(JSON.parse(data) as WireProgressEvent));
    });
  };
  const onVisible = () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(close, HIDDEN_MS);
    else if (source === undefined) open();
  };
  const onOnline = () => open();

  open();
  document.addEventListener('visibilitychange', onVisible);
  addEventListener('online', onOnline);
  return () => {
    close();
    document.removeEventListener('visibilitychange', onVisible);
    removeEventListener('online', onOnline);
  };
}
