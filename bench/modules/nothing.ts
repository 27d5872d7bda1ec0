import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Nommer, StorageBackend } from '../../src/index.ts';
import { noteStart } from '../anchors/note-start.ts';

/**
 * Jobs that do nothing, or nothing for a while, and go through the whole protocol: loaded into a node as a
 * user's own nommer and storage.
 */
export const nommer: Nommer = {
  async nom({ workDir, options, signal }) {
    const seconds = (options as { seconds?: number } | null)?.seconds ?? 0;
    await sleep(seconds * 1000, undefined, { signal });
    const facts = { size: 0, format: null, duration: null, bitRate: null };
    return {
      source: null,
      outputs: [{ file: join(workDir, 'nothing'), facts: { ...facts, video: null, audio: null } }],
    };
  },
};

/** `nothing:///path`: begins by noting the start in the file of this path; `nothing://` any word: notes nothing. */
export const storageBackend: StorageBackend = {
  download(uri) {
    if ('rest' in uri && uri.rest.startsWith('/')) noteStart(uri.rest);
    return Promise.resolve();
  },
  upload: (_file, _uri, { beforePublish }) => beforePublish(),
  stat: () => Promise.resolve(undefined),
};
