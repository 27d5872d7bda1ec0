import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { closeSync, openSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { encodeJobMessage } from '../../src/core/messages.ts';
import { deadFolders } from '../../src/daemon/process-folders.ts';
import { openLocalPlace } from '../../src/local/open-local-place.ts';
import { Processes } from './processes.ts';
import type { Random } from '../simulation/world/random.ts';
import { fork } from './chance.ts';
import {
  CLIP_SECONDS,
  freePort,
  makeDir,
  makeMedia,
  MEDIA_FAULT_RATES,
  shortened,
  type Scene,
} from './scene.ts';
import { startMediaServer } from './start-media-server.ts';
import { startProxy } from './start-proxy.ts';

/** One machine: SQLite, processes, files, and a web server of media behind a line that breaks. */
export async function openLocalScene(random: Random, leaseSeconds: number): Promise<Scene> {
  const dir = await makeDir();
  const media = join(dir, 'media');
  const web = join(dir, 'web');
  const { clips, noMedia } = await makeMedia(media);
  const server = await startMediaServer(web);
  for (const clip of clips) await copyFile(clip, join(web, `_${basename(clip)}`));
  const line = await startProxy({
    target: server.url,
    random: fork(random),
    rates: MEDIA_FAULT_RATES,
    throttled: { status: 503, body: 'later' },
  });
  await mkdir(join(media, 'out'));
  const dataDir = join(dir, 'data');
  const place = await openLocalPlace({ dataDir });
  // SQLite and files have no line that could break.
  const database = new DatabaseSync(join(dataDir, 'media-nommer.sqlite'), { readOnly: true });
  const messages = database.prepare(
    'SELECT count(*) AS n FROM messages WHERE queue = ? AND body = ?',
  );
  const processes = new Processes(dir);
  const env = {
    PATH: process.env['PATH'],
    HOME: dir,
    DATA_DIR: dataDir,
    FILE_ROOTS: media,
    HTTP_ALLOWED_NETWORKS: '127.0.0.1',
    ...shortened(leaseSeconds),
  };

  return {
    place: 'local',
    dir,
    leaseSeconds,
    processes,
    proxies: { 'media by HTTP': line },
    store: place.store,
    messagesOf: (jobId) => Number(messages.get('new-jobs', encodeJobMessage(jobId))?.['n']),
    env,
    feederdPorts: [await freePort(), await freePort()],
    clips: new Map(
      CLIP_SECONDS.map((seconds, index) => {
        const clip = clips[index] ?? '';
        return [seconds, [`file://${clip}`, `${line.url}/${basename(clip)}`]];
      }),
    ),
    noMedia: `file://${noMedia}`,
    missing: `file://${join(media, 'missing.mp4')}`,
    dests: (name) => [`file://${join(media, 'out', name)}`, `${line.url}/out/${name}`],
    nodeIdOf: ({ nodeId }) => nodeId,
    async fetch(uri, file) {
      if (uri.startsWith('file:')) return await copyFile(fileURLToPath(uri), file);
      const answer = await fetch(uri);
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      await writeFile(file, await answer.bytes());
    },
    async outputs() {
      const files = await readdir(join(media, 'out'));
      const put = (await readdir(web)).filter((name) => name.startsWith('_out_'));
      return [...files, ...put.map((name) => name.slice('_out_'.length))].filter(
        (name) => !name.endsWith('.part') && !name.endsWith('.coming'),
      );
    },
    async leftovers() {
      const names = await readdir(join(media, 'out'));
      return {
        parts: names.filter((name) => name.endsWith('.part')),
        uploads: [],
        workDirs: await deadFolders(join(dataDir, 'work')),
      };
    },
    async tidy() {
      const log = openSync(join(dir, 'tidy.log'), 'a');
      const args = ['--local', '--node-id', 'tidy'];
      processes.startDaemon('nommerd', args, { cwd: dir, env, log });
      closeSync(log);
      await sleep(5000);
    },
    async close() {
      database.close();
      await place.close();
      await Promise.all([line.close(), server.close()]);
    },
  };
}
