import { NommerError } from '../../../src/core/errors.ts';
import type { StorageBackend, UploadOptions } from '../../../src/core/storage-backend.ts';
import type { Installation } from '../installation.ts';
import type { SimProcess } from '../world/sim-process.ts';
import { attemptOf } from './work-space.ts';

/** Fetches and stores nothing, as S3 does it: in parts, visible by the last call only. */
export function storageFor(process: SimProcess, installation: Installation): StorageBackend {
  const { line, media, world, troubles, facts, judge } = installation;
  const { clock } = process;
  const call = <T>(what: string, act: () => T) => line.call(process, 'media', what, act);
  /** A call that, if it fails or is made twice, may leave an upload that nobody knows of. */
  const careful = async <T>(jobId: string, what: string, act: () => T) => {
    let times = 0;
    const counted = () => {
      times += 1;
      if (times > 1) facts.orphans.add(jobId);
      return act();
    };
    try {
      return await call(what, counted);
    } catch (thrown: unknown) {
      facts.orphans.add(jobId);
      throw thrown;
    }
  };

  /** A short output goes up by one call, which nothing but the lease keeps from being late. */
  const put = async (uri: string, { signal, jobId, attempt, beforePublish }: UploadOptions) => {
    const [askedAt, began] = [clock.monotonic(), world.now];
    await beforePublish();
    signal.throwIfAborted();
    const isConfirmed = (facts.confirmed(jobId, attempt)?.at ?? -1) >= began;
    const confirmation = { isConfirmed, ageMs: clock.monotonic() - askedAt };
    const output = { jobId, attempt, isWhole: true };
    await call('put an output', () => media.publish(uri, output, process, confirmation));
  };

  const upload = async (uri: string, { signal, jobId, attempt, beforePublish }: UploadOptions) => {
    const output = { jobId, attempt, isWhole: true };
    const uploadId = await careful(jobId, 'begin an upload', () => media.begin(uri, output));
    try {
      for (let part = 0; part < 2; part += 1) {
        await clock.sleep(world.random.between(50, 2000), signal);
        signal.throwIfAborted();
        judge.tell('working', { jobId, attempt, by: process });
      }
      if (world.random.chance(troubles.media)) {
        throw new NommerError('DEST_UNREACHABLE', 'the bucket is away');
      }
      const askedAt = clock.monotonic();
      const began = world.now;
      await beforePublish();
      signal.throwIfAborted();
      const isConfirmed = (facts.confirmed(jobId, attempt)?.at ?? -1) >= began;
      const confirmation = { isConfirmed, ageMs: clock.monotonic() - askedAt };
      await complete(uri, { uploadId, jobId, attempt }, confirmation);
    } catch (thrown: unknown) {
      await careful(jobId, 'abort an upload', () => media.abort(uploadId)).catch(() => undefined);
      throw thrown;
    }
  };

  /** Where the answer gets lost, the object itself tells. */
  const complete = async (
    uri: string,
    { uploadId, jobId, attempt }: { uploadId: string; jobId: string; attempt: number },
    confirmation: { isConfirmed: boolean; ageMs: number },
  ) => {
    try {
      const isThere = await call('complete an upload', () =>
        media.complete(uploadId, process, confirmation),
      );
      if (!isThere) throw new NommerError('DEST_UNREACHABLE', 'there is no such upload');
    } catch (thrown: unknown) {
      const found = await call('look at an output', () => media.objects.get(uri)).catch(
        () => undefined,
      );
      if (found?.jobId !== jobId || found.attempt !== attempt) throw thrown;
    }
  };

  return {
    async download(_uri, file, { signal }) {
      const { jobId, attempt } = attemptOf(file);
      await clock.sleep(world.random.between(50, 3000), signal);
      signal.throwIfAborted();
      judge.tell('working', { jobId, attempt, by: process });
      if (!world.random.chance(troubles.media)) return;
      facts.failed(jobId, attempt, 'its source is away');
      throw new NommerError(world.random.pick(['SOURCE_UNREACHABLE', 'DISK_FULL']), 'away');
    },
    async upload(_file, uri, options) {
      try {
        const isShort = installation.plans.get(options.jobId)?.isShort === true;
        await (isShort ? put : upload)(uri.text, options);
      } catch (thrown: unknown) {
        if (!options.signal.aborted) facts.failed(options.jobId, options.attempt, 'its upload');
        throw thrown;
      }
    },
    async stat(uri) {
      const found = await call('look at an output', () => media.objects.get(uri.text));
      return found && { bytes: 1, publishedBy: { jobId: found.jobId, attempt: found.attempt } };
    },
    async removeLeftovers(uri, { jobId, attempts }) {
      await careful(jobId, 'remove leftovers', () =>
        media.removeLeftovers(uri.text, jobId, attempts),
      );
    },
  };
}
