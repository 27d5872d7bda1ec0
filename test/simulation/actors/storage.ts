import { NommerError } from '../../../src/core/errors.ts';
import type { StorageBackend, UploadOptions } from '../../../src/core/storage-backend.ts';
import type { Installation } from '../installation.ts';
import type { MediaObject } from '../twins/media-twin.ts';
import type { SimProcess } from '../world/sim-process.ts';
import { attemptOf } from './work-space.ts';

/** Of a call of the SDK's. */
const TRIES = 2;

/** Fetches and stores nothing, as S3 does it: in parts, visible by the last call only. */
export function storageFor(process: SimProcess, installation: Installation): StorageBackend {
  const { line, media, world, troubles, facts, judge } = installation;
  const { clock } = process;
  const call = <T>(what: string, act: () => T) => line.call(process, 'media', what, act);
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

  /**
   * Made again, as by the SDK, where no answer comes; then it may have begun two.
   * @returns how often it was made
   */
  const begin = async (uri: string, output: MediaObject) => {
    let isAnswered = false;
    for (let tries = 1; ; tries += 1) {
      try {
        // Nobody says it twice who has heard the answer.
        const act = () => (isAnswered ? '' : media.begin(uri, output));
        const uploadId = await call('begin an upload', act);
        isAnswered = true;
        return { uploadId, tries };
      } catch (thrown: unknown) {
        if (tries === TRIES) throw thrown;
      }
    }
  };

  const upload = async (uri: string, { signal, jobId, attempt, beforePublish }: UploadOptions) => {
    const { uploadId, tries } = await begin(uri, { jobId, attempt, isWhole: true });
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
      await call('abort an upload', () => media.abort(uploadId)).catch(() => undefined);
      throw thrown;
    } finally {
      if (tries > 1) await endOthers(uri, { jobId, attempts: attempt });
    }
  };

  /** The one thing that stays, until a rule of the bucket ends it, if this last call fails. */
  const endOthers = async (uri: string, of: { jobId: string; attempts: number }) => {
    facts.forgotten.add(of.jobId);
    try {
      await call('end other uploads', () => media.removeLeftovers(uri, of.jobId, of.attempts));
      facts.forgotten.delete(of.jobId);
    } catch {
      // The job goes on without.
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
      await call('remove leftovers', () => media.removeLeftovers(uri.text, jobId, attempts));
      facts.forgotten.delete(jobId);
    },
  };
}
