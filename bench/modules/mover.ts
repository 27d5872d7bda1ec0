import { createStorage } from '../../src/storage/create-storage.ts';
import { parseSettings } from '../../src/conf/parse-settings.ts';
import { parseMediaUri } from '../../src/core/media-uri.ts';
import { memoryOf } from '../harness/process-usage.ts';

/**
 * Moves one file as a node does, in a process of its own, and tells how long it took and how big that got.
 * Arguments: settings as JSON, `download` or `upload`, the URI, the local file.
 */
const [env = '{}', way, uri = '', file = ''] = process.argv.slice(2);
const settings = parseSettings({}, JSON.parse(env) as Record<string, string>, '/');
const storage = createStorage(settings);
const { signal } = new AbortController();

const field = way === 'download' ? 'source_path' : 'dest_path';
const place = parseMediaUri(uri, field);
const backend = storage.backendFor(place, field);
const startedAt = performance.now();
if (way === 'download') await backend.download(place, file, { signal });
else await backend.upload(file, place, { signal, jobId: 'job', attempt: 1, beforePublish });
const ms = performance.now() - startedAt;
process.send?.({ ms, peakMb: await memoryOf(process.pid, 'VmHWM') });

function beforePublish(): Promise<void> {
  return Promise.resolve();
}
