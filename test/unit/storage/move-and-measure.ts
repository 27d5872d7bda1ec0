import { memoryUsage } from 'node:process';
import { parseMediaUri } from '../../../src/core/media-uri.ts';
import { createStorage, type StorageSettings } from '../../../src/storage/create-storage.ts';

/** What the process is told to do, as JSON in its argument. */
export interface Move {
  readonly settings: StorageSettings;
  readonly direction: 'download' | 'upload';
  readonly uri: string;
  readonly file: string;
  /** Something small at the same place: moved first, so that what is loaded once is not counted. */
  readonly warmUp: { readonly uri: string; readonly file: string };
}

const move = JSON.parse(process.argv[2] ?? '') as Move;
const storage = createStorage(move.settings);

// Looked at all the way: the system's own peak counts what this process was forked from.
let peak = 0;
const onProgress = () => {
  peak = Math.max(peak, memoryUsage.rss());
};

async function run(text: string, file: string): Promise<void> {
  const uri = parseMediaUri(text, 'source_path');
  const backend = storage.backendFor(uri, 'source_path');
  const options = { signal: new AbortController().signal, onProgress };
  if (move.direction === 'download') return backend.download(uri, file, options);
  const beforePublish = () => Promise.resolve();
  return backend.upload(file, uri, { ...options, jobId: 'job', attempt: 1, beforePublish });
}

await run(move.warmUp.uri, move.warmUp.file);
const before = memoryUsage.rss();
const start = performance.now();
await run(move.uri, move.file);
const milliseconds = performance.now() - start;
process.stdout.write(JSON.stringify({ grownBytes: peak - before, milliseconds }));
