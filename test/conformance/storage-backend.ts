import { randomBytes } from 'node:crypto';
import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseMediaUri, type MediaUri } from '../../src/core/media-uri.ts';
import type { Moved, StorageBackend } from '../../src/core/storage-backend.ts';
import { openWorkroom } from '../unit/storage/open-workroom.ts';

export interface StoragePlace {
  /** Takes sources up to 20 MiB. */
  readonly backend: StorageBackend;
  /** Where `name` is in it; nothing is there yet. */
  uri(name: string): MediaUri;
  /** Names of everything it holds, unfinished things too. */
  leftovers(): Promise<readonly string[]>;
  /** Whether it keeps something of an upload of so many bytes before that is published. */
  showsUnfinished(bytes: number): boolean;
}

const MIB = 1024 * 1024;
const free = () => ({ signal: new AbortController().signal });
const owner = { jobId: 'job-1', attempt: 3, beforePublish: () => Promise.resolve() };

/** What every storage backend that can write and read must do. */
export function describeStorageBackend(name: string, open: () => Promise<StoragePlace>): void {
  describe(`storage backend: ${name}`, () => {
    it.each([0, 1, 5 * MIB, 12 * MIB + 7])('gives back %i bytes as they were', async (bytes) => {
      const [place, room] = await Promise.all([open(), openWorkroom()]);
      const { file, content } = await room.fill('out.mp4', bytes);
      const copy = join(room.path, 'copy');
      await place.backend.upload(file, place.uri('a.mp4'), { ...free(), ...owner });
      await place.backend.download(place.uri('a.mp4'), copy, free());
      expect(content.equals(await readFile(copy))).toBe(true);
      expect(await place.backend.stat(place.uri('a.mp4'), free())).toMatchObject({ bytes });
    });

    it.each(['folder/deep er/ä+b&c=100%.mp4', "it's (1) #2?.webm"])(
      'takes the name %s',
      async (odd) => {
        const [place, room] = await Promise.all([open(), openWorkroom()]);
        const { file, content } = await room.fill('out.mp4', 1000);
        await place.backend.upload(file, place.uri(odd), { ...free(), ...owner });
        await place.backend.download(place.uri(odd), join(room.path, 'copy'), free());
        expect(content.equals(await readFile(join(room.path, 'copy')))).toBe(true);
      },
    );

    it('replaces what was there', async () => {
      const [place, room] = await Promise.all([open(), openWorkroom()]);
      const uri = place.uri('a.mp4');
      const old = await room.fill('old', 6 * MIB);
      const { file, content } = await room.fill('new', 3 * MIB);
      await place.backend.upload(old.file, uri, { ...free(), ...owner });
      await place.backend.upload(file, uri, { ...free(), ...owner, attempt: 4 });
      await place.backend.download(uri, join(room.path, 'copy'), free());
      expect(content.equals(await readFile(join(room.path, 'copy')))).toBe(true);
    });

    it('says that there is nothing', async () => {
      const [place, room] = await Promise.all([open(), openWorkroom()]);
      const gone = place.uri('gone.mp4');
      expect(await place.backend.stat(gone, free())).toBeUndefined();
      await expect(
        place.backend.download(gone, join(room.path, 'copy'), free()),
      ).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND', retryable: false });
      expect(await room.names()).toEqual([]);
    });

    it.each([1000, 12 * MIB])('asks once before %i bytes become visible', async (bytes) => {
      const [place, room] = await Promise.all([open(), openWorkroom()]);
      const { file } = await room.fill('out.mp4', bytes);
      const seen: unknown[] = [];
      const beforePublish = async () => {
        seen.push(await place.backend.stat(place.uri('a.mp4'), free()));
      };
      await place.backend.upload(file, place.uri('a.mp4'), { ...free(), ...owner, beforePublish });
      expect(seen).toEqual([undefined]);
      expect(await place.leftovers()).toHaveLength(1);
    });

    it.each([1000, 12 * MIB])('publishes none of %i bytes when told not to', async (bytes) => {
      const [place, room] = await Promise.all([open(), openWorkroom()]);
      const { file } = await room.fill('out.mp4', bytes);
      const lost = new Error('the lease is lost');
      const beforePublish = () => Promise.reject(lost);
      await expect(
        place.backend.upload(file, place.uri('a.mp4'), { ...free(), ...owner, beforePublish }),
      ).rejects.toBe(lost);
      expect(await place.leftovers()).toEqual([]);
      expect((await stat(file)).size).toBe(bytes);
    });

    it.each([1000, 12 * MIB])('leaves nothing of %i bytes when it is aborted', async (bytes) => {
      const [place, room] = await Promise.all([open(), openWorkroom()]);
      const { file } = await room.fill('out.mp4', bytes);
      const { controller, signal, reason } = abortable();
      const onProgress = () => controller.abort(reason);
      await expect(
        place.backend.upload(file, place.uri('a.mp4'), { ...owner, signal, onProgress }),
      ).rejects.toBe(reason);
      expect(await place.leftovers()).toEqual([]);
    });

    it.each([1000, 12 * MIB])('removes what a dead attempt left of %i bytes', async (bytes) => {
      const [place, room] = await Promise.all([open(), openWorkroom()]);
      const { file } = await room.fill('out.mp4', bytes);
      const { controller, signal, reason } = abortable();
      const uploads: Promise<void>[] = [];
      for (const output of ['a.mp4', 'a.mp4.bak']) {
        const ready = Promise.withResolvers<void>();
        const beforePublish = () => {
          ready.resolve();
          return new Promise<void>(() => {});
        };
        const options = { ...owner, signal, beforePublish };
        uploads.push(place.backend.upload(file, place.uri(output), options));
        await ready.promise;
      }
      const before = await place.leftovers();
      expect(before).toHaveLength(place.showsUnfinished(bytes) ? 2 : 0);

      const dead = { ...free(), jobId: owner.jobId, attempts: owner.attempt, since: Date.now() };
      await place.backend.removeLeftovers?.(place.uri('a.mp4'), dead);
      await place.backend.removeLeftovers?.(place.uri('nowhere/a.mp4'), dead);

      expect(await place.leftovers()).toHaveLength(before.length / 2);
      controller.abort(reason);
      await Promise.allSettled(uploads);
      expect(await place.leftovers()).toEqual([]);
    });

    it('hears an abort while the caller still makes up its mind', async () => {
      const [place, room] = await Promise.all([open(), openWorkroom()]);
      const { file } = await room.fill('out.mp4', 12 * MIB);
      const { controller, signal, reason } = abortable();
      const beforePublish = () => {
        controller.abort(reason);
        return new Promise<void>(() => {});
      };
      await expect(
        place.backend.upload(file, place.uri('a.mp4'), { ...owner, signal, beforePublish }),
      ).rejects.toBe(reason);
      expect(await place.leftovers()).toEqual([]);
    });

    it('leaves no file when a download is aborted', async () => {
      const [place, room] = await Promise.all([open(), openWorkroom()]);
      const { file } = await room.fill('out.mp4', 12 * MIB);
      await place.backend.upload(file, place.uri('a.mp4'), { ...free(), ...owner });
      const { controller, signal, reason } = abortable();
      const onProgress = () => controller.abort(reason);
      const copy = join(room.path, 'copy');
      await expect(
        place.backend.download(place.uri('a.mp4'), copy, { signal, onProgress }),
      ).rejects.toBe(reason);
      expect(await room.names()).toEqual(['out.mp4']);
    });

    it('does nothing for a signal that is aborted already', async () => {
      const [place, room] = await Promise.all([open(), openWorkroom()]);
      const { file } = await room.fill('out.mp4', 1000);
      const { controller, signal, reason } = abortable();
      controller.abort(reason);
      const uri = place.uri('a.mp4');
      const { backend } = place;
      await expect(backend.upload(file, uri, { ...owner, signal })).rejects.toBe(reason);
      const copy = join(room.path, 'copy');
      await expect(backend.download(uri, copy, { signal })).rejects.toBe(reason);
      await expect(backend.stat(uri, { signal })).rejects.toBe(reason);
      expect(await place.leftovers()).toEqual([]);
      expect(await room.names()).toEqual(['out.mp4']);
    });

    it('refuses a source over the limit and keeps none of it', async () => {
      const [place, room] = await Promise.all([open(), openWorkroom()]);
      const { file } = await room.fill('out.mp4', 20 * MIB + 1);
      await place.backend.upload(file, place.uri('big.mp4'), { ...free(), ...owner });
      await expect(
        place.backend.download(place.uri('big.mp4'), join(room.path, 'copy'), free()),
      ).rejects.toMatchObject({ code: 'SOURCE_TOO_LARGE' });
      expect(await room.names()).toEqual(['out.mp4']);
    });

    it('tells how far it is, up to the end', async () => {
      const [place, room] = await Promise.all([open(), openWorkroom()]);
      const bytes = 12 * MIB;
      const { file } = await room.fill('out.mp4', bytes);
      const up: Moved[] = [];
      const down: Moved[] = [];
      const uri = place.uri('a.mp4');
      const onUp = (moved: Moved) => up.push(moved);
      await place.backend.upload(file, uri, { ...free(), ...owner, onProgress: onUp });
      const onDown = (moved: Moved) => down.push(moved);
      await place.backend.download(uri, join(room.path, 'copy'), { ...free(), onProgress: onDown });
      expect(up.at(-1)).toEqual({ bytes, totalBytes: bytes });
      expect(down.at(-1)).toEqual({ bytes, totalBytes: bytes });
    });

    it('never writes over a local file that is there already', async () => {
      const [place, room] = await Promise.all([open(), openWorkroom()]);
      const { file, content } = await room.fill('out.mp4', 1000);
      await place.backend.upload(file, place.uri('a.mp4'), { ...free(), ...owner });
      const other = join(room.path, 'other');
      await writeFile(other, 'precious');
      await expect(place.backend.download(place.uri('a.mp4'), other, free())).rejects.toThrow();
      expect(await readFile(other, 'utf8')).toBe('precious');
      expect(content).toHaveLength(1000);
    });

    it('publishes no link that an encoder left in the place of its output', async () => {
      const [place, room] = await Promise.all([open(), openWorkroom()]);
      await writeFile(join(room.path, 'secret'), randomBytes(100));
      const file = join(room.path, 'out.mp4');
      await symlink(join(room.path, 'secret'), file);
      await expect(
        place.backend.upload(file, place.uri('a.mp4'), { ...free(), ...owner }),
      ).rejects.toMatchObject({ code: 'ENCODE_FAILED' });
      expect(await place.leftovers()).toEqual([]);
    });

    it('refuses a URI that is not its own', async () => {
      const [place, room] = await Promise.all([open(), openWorkroom()]);
      const foreign = parseMediaUri('ftp://host/a.mp4', 'source_path');
      await expect(
        place.backend.download(foreign, join(room.path, 'copy'), free()),
      ).rejects.toMatchObject({ code: 'BAD_URI' });
    });
  });
}

function abortable() {
  const controller = new AbortController();
  return { controller, signal: controller.signal, reason: new Error('the job was cancelled') };
}
