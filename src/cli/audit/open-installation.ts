import { join } from 'node:path';
import { loadOwnModules } from '../../conf/load-own-modules.ts';
import type { Settings } from '../../conf/settings.ts';
import { NommerError, received } from '../../core/errors.ts';
import type { MediaUri } from '../../core/media-uri.ts';
import type { FleetNode, LeaderRecord, Place } from '../../core/ports.ts';
import type { StorageBackend } from '../../core/storage-backend.ts';
import { deadFolders } from '../../daemon/process-folders.ts';
import { isGone } from '../../daemon/process-identity.ts';
import { hasData } from '../../local/data-dir.ts';
import { openLocalPlace } from '../../local/open-local-place.ts';
import { createStorage } from '../../storage/create-storage.ts';

/** All that there is to look at. Nobody changes anything through it. */
export interface Installation {
  readonly store: Pick<Place['store'], 'get' | 'open' | 'recent'>;
  readonly newJobs: Pick<Place['newJobs'], 'depth' | 'deadLetters'>;
  readonly nodeStates: Pick<Place['nodeStates'], 'list'>;
  readonly leadership: { read(): Promise<LeaderRecord | undefined> };
  /** Whether it is known that a feederd runs no more. */
  readonly isGone: (holder: string) => boolean;
  fleetNodes(): Promise<readonly FleetNode[]>;
  /** @throws NommerError UNSUPPORTED_SCHEME */
  backendFor(uri: MediaUri): StorageBackend;
  /** Work directories on this machine whose processes have ended. */
  deadWorkDirs(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** @throws NommerError BADINPUT when there is none */
export async function openInstallation(settings: Settings): Promise<Installation> {
  const { backends } = await loadOwnModules(settings);
  const storage = createStorage(settings, { backends });
  const workRoot = join(settings.dataDir, 'work');
  return {
    ...(await openPlace(settings)),
    isGone,
    backendFor: (uri) => storage.backendFor(uri, 'dest_path'),
    deadWorkDirs: async () => (await deadFolders(workRoot)).map((name) => join(workRoot, name)),
  };
}

type PlaceToLookAt = Pick<
  Installation,
  'store' | 'newJobs' | 'nodeStates' | 'leadership' | 'fleetNodes' | 'close'
>;

async function openPlace(settings: Settings): Promise<PlaceToLookAt> {
  switch (settings.backend) {
    case 'local': {
      const { dataDir } = settings;
      if (!hasData(dataDir)) {
        const message = `There is no installation in DATA_DIR; received ${received(dataDir)}`;
        throw new NommerError('BADINPUT', message);
      }
      const place = await openLocalPlace(settings);
      return { ...place, fleetNodes: () => place.livingNodes() };
    }
    case 'aws': {
      const { openAwsPlace } = await import('../../aws/open-aws-place.ts');
      const place = openAwsPlace(settings);
      return { ...place, fleetNodes: () => place.fleet(settings).nodes() };
    }
  }
}
