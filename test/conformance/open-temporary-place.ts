import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openLocalPlace, type LocalPlace } from '../../src/local/open-local-place.ts';

/** A directory that is gone after the test that asked for it. */
export async function makeTemporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'media-nommer-local-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** An empty local place that is closed and gone after the test that asked for it. */
export async function openTemporaryPlace(
  options: { maxReceives?: number; dataDir?: string } = {},
): Promise<LocalPlace & { readonly dataDir: string }> {
  const dataDir = options.dataDir ?? (await makeTemporaryDirectory());
  const place = await openLocalPlace({ ...options, dataDir });
  onTestFinished(() => place.close());
  return { ...place, dataDir };
}
