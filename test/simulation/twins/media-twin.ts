import type { SimProcess } from '../world/sim-process.ts';
import type { Confirmation, Judge } from '../invariants/invariant.ts';
import type { World } from '../world/world.ts';

/** Bytes at a URI, and whose output they are. */
export interface MediaObject {
  readonly jobId: string;
  readonly attempt: number;
  readonly isWhole: boolean;
}

/** Parts on their way to a URI, not visible there yet. */
interface OpenUpload extends MediaObject {
  readonly uri: string;
  /** When it began, in true time. */
  readonly at: number;
}

/** Where sources come from and outputs go to. */
export class MediaTwin {
  readonly #world: World;
  readonly #judge: Judge;
  readonly objects = new Map<string, MediaObject>();
  readonly uploads = new Map<string, OpenUpload>();
  /** What was ever made visible, as `job attempt`. */
  readonly published = new Set<string>();
  /** Told of what takes whose place. */
  onReplaced: (before: MediaObject, by: MediaObject) => void = () => undefined;
  #uploadCount = 0;

  constructor(world: World, judge: Judge) {
    this.#world = world;
    this.#judge = judge;
  }

  begin(uri: string, output: MediaObject): string {
    this.#uploadCount += 1;
    const uploadId = `upload-${this.#uploadCount}`;
    this.uploads.set(uploadId, { ...output, uri, at: this.#world.now });
    return uploadId;
  }

  /** @returns whether there was such an upload */
  complete(uploadId: string, by: SimProcess, confirmation: Confirmation): boolean {
    const upload = this.uploads.get(uploadId);
    if (upload === undefined) return false;
    this.uploads.delete(uploadId);
    this.publish(upload.uri, upload, by, confirmation);
    return true;
  }

  publish(
    uri: string,
    { jobId, attempt, isWhole }: MediaObject,
    by: SimProcess,
    confirmation: Confirmation,
  ): void {
    const replaced = this.objects.get(uri);
    this.objects.set(uri, { jobId, attempt, isWhole });
    if (replaced !== undefined) this.onReplaced(replaced, { jobId, attempt, isWhole });
    if (isWhole) this.published.add(`${jobId} ${attempt}`);
    this.#world.note(by.name, `publishes the output of ${jobId}, attempt ${attempt}`);
    this.#judge.tell('published', { jobId, attempt, replaced, by, confirmation });
  }

  abort(uploadId: string): void {
    this.uploads.delete(uploadId);
  }

  removeLeftovers(uri: string, jobId: string, attempts: number): void {
    for (const [uploadId, upload] of this.uploads) {
      if (upload.uri === uri && upload.jobId === jobId && upload.attempt <= attempts) {
        this.uploads.delete(uploadId);
      }
    }
  }
}
