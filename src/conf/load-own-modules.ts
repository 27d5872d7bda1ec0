import type { Nommer } from '../core/nommer.ts';
import type { StorageBackend } from '../core/storage-backend.ts';
import { loadModules } from './load-modules.ts';
import type { Settings } from './settings.ts';

export interface OwnModules {
  readonly nommers: ReadonlyMap<string, Nommer>;
  /** By URI scheme. */
  readonly backends: ReadonlyMap<string, StorageBackend>;
}

/** The nommers and storage backends that the user has made. @throws NommerError BAD_SETTING */
export async function loadOwnModules(
  settings: Pick<Settings, 'nommers' | 'storageBackends'>,
): Promise<OwnModules> {
  return {
    nommers: await loadModules<Nommer>({
      setting: 'NOMMERS',
      modules: settings.nommers,
      exportedAs: 'nommer',
      methods: ['nom'],
    }),
    backends: await loadModules<StorageBackend>({
      setting: 'STORAGE_BACKENDS',
      modules: settings.storageBackends,
      exportedAs: 'storageBackend',
      methods: ['download', 'upload', 'stat'],
    }),
  };
}
