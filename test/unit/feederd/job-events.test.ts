import { describe, expect, it, vi } from 'vitest';
import type { EncodingJob, Progress } from '../../../src/core/job.ts';
import { submitJob } from '../../../src/core/job-rules/submit.ts';
import { JobEvents, type JobEvent } from '../../../src/feederd/job-events.ts';

const BASE: EncodingJob = submitJob(
  {
    uniqueId: 'a',
    sourcePath: 'file:///in.mov',
    destPath: 'file:///out.mp4',
    nommer: 'FFmpegNommer',
    options: [],
    notifyUrl: null,
    notify: null,
    metadata: {},
    submitter: null,
    requestHash: null,
  },
  0,
);

function job(uniqueId: string, version: number, patch: Partial<EncodingJob> = {}): EncodingJob {
  return { ...BASE, uniqueId, version, ...patch };
}

function at(percent: number): Pick<EncodingJob, 'jobState' | 'progress'> {
  const unknown = { fps: null, speed: null, outSeconds: null, etaSeconds: null };
  const progress: Progress = {
    ...unknown,
    percent,
    pass: 1,
    passes: 1,
    bytes: null,
    totalBytes: null,
  };
  return { jobState: 'ENCODING', progress };
}

/** What a reader gets that is up to date at the end, as NAME JOB@VERSION. */
async function read(events: JobEvents, after: number): Promise<string[]> {
  const got: string[] = [];
  const stop = new AbortController();
  for await (const event of events.follow(after, stop.signal)) {
    if (event !== null) got.push(show(event));
    if (event?.position === events.position) stop.abort();
  }
  return got;
}

function show({ name, uniqueId, version }: JobEvent): string {
  return `${name} ${uniqueId}@${version}`;
}

describe('JobEvents', () => {
  it('tells a new job and a new state whole, and in between only what moves', async () => {
    const events = new JobEvents();
    const stop = new AbortController();
    const got: string[] = [];
    const reading = (async () => {
      for await (const event of events.follow(0, stop.signal)) if (event) got.push(show(event));
    })();
    const steps = [
      job('a', 1),
      job('a', 2, at(10)),
      job('a', 3, at(20)),
      job('a', 4, { ...at(20), cancelRequested: true }),
      job('a', 5, { jobState: 'CANCELLED' }),
    ];
    for (const step of steps) {
      events.publish(step);
      await vi.waitFor(() => expect(got).toHaveLength(steps.indexOf(step) + 1));
    }
    stop.abort();
    await reading;
    expect(got).toEqual(['state a@1', 'state a@2', 'progress a@3', 'state a@4', 'state a@5']);
  });

  it('tells a change once, however often and late it is published', async () => {
    const events = new JobEvents();
    for (const version of [1, 2, 2, 1]) events.publish(job('a', version, at(version)));
    events.publish(job('b', 1));
    // Queued by now: nothing that anybody can see.
    events.publish(job('b', 2, { queued: true }));
    expect(await read(events, 0)).toEqual(['state a@2', 'state b@1']);
  });

  it('tells a late reader the latest of each job, whole, although it moved only a little', async () => {
    const events = new JobEvents();
    events.publish(job('a', 1));
    const after = events.position;
    for (let version = 2; version < 100; version += 1)
      events.publish(job('a', version, at(version)));
    events.publish(job('b', 1));
    expect(await read(events, after)).toEqual(['state a@99', 'state b@1']);
  });

  it('never leaves a slow reader with an old state', async () => {
    const events = new JobEvents();
    events.publish(job('a', 1));
    events.publish(job('b', 1));
    const stop = new AbortController();
    const slow = events.follow(0, stop.signal);
    expect(show((await slow.next()).value as JobEvent)).toBe('state a@1');
    // While the reader has not come back: b moves on, so that the event with its new state is outdated.
    events.publish(job('b', 2, at(1)));
    events.publish(job('a', 2, { jobState: 'CANCELLED' }));
    events.publish(job('b', 3, at(2)));
    expect(show((await slow.next()).value as JobEvent)).toBe('state a@2');
    expect(show((await slow.next()).value as JobEvent)).toBe('state b@3');
    const next = slow.next();
    events.publish(job('b', 4, at(3)));
    expect(show((await next).value as JobEvent)).toBe('progress b@4');
    stop.abort();
    await slow.next();
  });

  it('lets a reader resume by id, unless the log has moved on or feederd is another', () => {
    const events = new JobEvents({ capacity: 3 });
    for (const id of ['a', 'b', 'c']) events.publish(job(id, 1));
    expect(events.positionOf(events.idOf(0))).toBe(0);
    events.publish(job('d', 1));
    expect(events.positionOf(events.idOf(0))).toBeUndefined();
    expect(events.positionOf(events.idOf(1))).toBe(1);
    expect(events.positionOf(events.idOf(9))).toBeUndefined();
    expect(new JobEvents().positionOf(events.idOf(1))).toBeUndefined();
    for (const junk of [undefined, '', '1', '-1', 'x'.repeat(9999)]) {
      expect(events.positionOf(junk)).toBeUndefined();
    }
  });

  it('lets a reader go that the log has left behind', async () => {
    const events = new JobEvents({ capacity: 2 });
    events.publish(job('a', 1));
    const slow = events.follow(0, new AbortController().signal);
    await slow.next();
    for (const id of ['b', 'c', 'd']) events.publish(job(id, 1));
    expect(await slow.next()).toEqual({ done: true, value: undefined });
    expect(events.followers).toBe(0);
  });

  it('makes the text of an event once for all its readers, and none for nobody', async () => {
    const events = new JobEvents();
    const toJSON = vi.fn<() => object>(() => ({}));
    const metadata = { toJSON } as unknown as EncodingJob['metadata'];
    events.publish(job('a', 1, { metadata }));
    expect(toJSON).not.toHaveBeenCalled();
    await Promise.all(Array.from({ length: 50 }, () => read(events, 0)));
    expect(toJSON).toHaveBeenCalledOnce();
  });

  it('says that it is alive when nothing happens, and ends when it is closed', async () => {
    const events = new JobEvents({ quietMs: 5 });
    const reader = events.follow(0, new AbortController().signal);
    expect(await reader.next()).toEqual({ done: false, value: null });
    const next = reader.next();
    expect(events.followers).toBe(1);
    events.close();
    // It may have been quiet once more just before.
    const last = (await next).done === true ? await next : await reader.next();
    expect(last.done).toBe(true);
    expect(events.followers).toBe(0);
  });

  it('keeps no job’s log, and not more jobs than it is made for', async () => {
    const events = new JobEvents({ capacity: 10 });
    for (let index = 0; index < 100; index += 1) {
      events.publish(job(`job-${index}`, 1, { log: 'x'.repeat(1000) }));
    }
    const got = await read(events, events.position - 10);
    expect(got).toHaveLength(10);
    expect(got.at(-1)).toBe('state job-99@1');
  });
});
