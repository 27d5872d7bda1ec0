import { createWriteStream } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Installation, SLOW } from './installation.ts';

interface Line {
  readonly name: string;
  readonly msg: string;
  readonly time: number;
  readonly level: number;
  readonly job_id: string;
  readonly attempt?: number;
  readonly node_id?: string;
  readonly job_state?: string;
}

describe('the logs of both daemons', { timeout: 120_000 }, () => {
  let here: Installation;

  beforeAll(async () => {
    here = await Installation.create();
    const feederd = await here.startFeederd();
    feederd.stdout?.pipe(createWriteStream(here.path('feederd.log')));
  });

  afterAll(() => here.destroy());

  it('tell the life of a job whose node is killed, in order', async () => {
    const source = await here.makeClip('in.mp4', 5);
    const id = await here.submitJob({
      source_path: source,
      dest_path: here.uri('out.mp4'),
      job_options: SLOW,
    });
    // Another one, whose lines must not be among them.
    const other = await here.submitJob({
      source_path: here.uri('missing.mp4'),
      dest_path: here.uri('other.mp4'),
      job_options: SLOW,
    });
    const { node_id: lost } = await here.encoding(id);
    const [pid] = await here.nodePids();
    process.kill(pid as number, 'SIGKILL');
    await here.finished(id);
    await here.waitForJob(other, 'ERROR', ({ job_state: state }) => state === 'ERROR');

    const read = ['logs', id.slice(0, 12), 'feederd.log'];
    const lines = (await here.mediaNommer([...read, '--json']))
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as Line);
    expect(new Set(lines.map(({ job_id: about }) => about))).toEqual(new Set([id]));
    expect(lines).toEqual(lines.toSorted((a, b) => a.time - b.time));
    const told = lines
      // Whether feederd or the next node is first to find that the node is lost, is up to chance.
      .filter(({ level, msg }) => level === 30 && !msg.startsWith('sending the job'))
      .map(({ name, attempt, job_state: state, msg }) => [name, attempt, state, msg].join(' '));
    expect(told.slice(0, -2)).toEqual([
      'feederd 0 PENDING submitted',
      'nommerd 1 DOWNLOADING attempt started',
      'nommerd 1 ENCODING attempt goes on',
      'nommerd 2 DOWNLOADING attempt started',
      'nommerd 2 ENCODING attempt goes on',
      'nommerd 2 UPLOADING attempt goes on',
    ]);
    // In the same moment.
    expect(told.slice(-2).toSorted()).toEqual([
      'feederd 2 FINISHED FINISHED',
      'nommerd 2 FINISHED attempt ended',
    ]);
    for (const { name, attempt, node_id: node } of lines) {
      if (name !== 'nommerd') continue;
      expect(node).toEqual(expect.any(String));
      expect(node === lost).toBe(attempt === 1);
    }

    const text = await here.mediaNommer(read);
    expect(text.trim().split('\n')).toHaveLength(lines.length);
    expect(text).toMatch(/^\d{4}-.*Z feederd submitted attempt=0 job_state=PENDING$/m);
    expect(text).toMatch(/^\d{4}-.*Z nommerd attempt started node_id=\S+ attempt=2 /m);
  });

  it('say so when they tell nothing of a job', async () => {
    const nothing = here.mediaNommer(['logs', 'no-such-job', 'feederd.log']);
    await expect(nothing).rejects.toThrow(/Nothing about no-such-job is in \d+ logs/);
  });
});
