import { openBullMq } from './anchors/open-bullmq.ts';
import { EncodeScene } from './encode-scene.ts';
import { allInTurn, median, short, type Figure } from './figure.ts';
import { Submitter } from './harness/submitter.ts';

const OPTIONS = [
  ['vcodec', 'libx264'],
  ['preset', 'ultrafast'],
  ['acodec', 'aac'],
  ['f', 'mp4'],
] as const;

/** What media-nommer adds to a job that is next to nothing, and what BullMQ does. */
export const tinyJob: Figure = {
  id: 'P2',
  title: 'tiny job, 1 s of 180p, one at a time: time added to bare ffmpeg',
  async measure({ quick }) {
    await using closing = new AsyncDisposableStack();
    const bullmq = await openBullMq();
    closing.defer(() => bullmq.close());
    const worker = await bullmq.startWorker(1);
    closing.defer(() => worker.close());
    const submitter = new Submitter(bullmq.url);
    closing.defer(() => submitter.close());
    const scene = closing.use(
      await EncodeScene.open({ seconds: 1, size: '320x180', outfileOptions: OPTIONS }),
    );

    /** The same command, with the same HTTP before it and after it. */
    const anchorJob = () =>
      scene.timed(async (output) => {
        const id = await submitter.submit({ ffmpeg: scene.argsFor(output) });
        await (await fetch(`${bullmq.url}/jobs/${id}/finished`)).text();
      });
    const { bare, anchor, ours } = await allInTurn(quick ? 2 : 30, {
      bare: () => scene.bare(),
      anchor: anchorJob,
      ours: () => scene.job(),
    });
    const added = median(ours) - median(bare);
    const anchorAdded = median(anchor) - median(bare);
    return {
      unit: 'ms',
      anchor: { name: 'BullMQ + execa', samples: anchor },
      others: [{ name: 'bare ffmpeg', samples: bare }],
      ours: { name: 'job', samples: ours },
      result: {
        text: `+ ${added.toFixed(0)} ms, BullMQ + ${short(anchorAdded)} ms`,
        value: added - anchorAdded,
      },
      reach: 'BullMQ’s + 5 ms',
      bound: { most: 5 },
    };
  },
};
