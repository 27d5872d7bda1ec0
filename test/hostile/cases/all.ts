import type { HostileCase } from '../hostile-case.ts';
import { ADDRESSES } from './addresses.ts';
import { BOASTING } from './boasting.ts';
import { DAMAGED } from './damaged.ts';
import { FILES } from './files.ts';
import { FILTERS } from './filters.ts';
import { NAMES } from './names.ts';
import { OPTIONS } from './options.ts';
import { PLAYLISTS } from './playlists.ts';
import { SERVERS } from './servers.ts';

/** The corpus, by what is hostile in it. */
export const CORPUS: Readonly<Record<string, readonly HostileCase[]>> = {
  'Scripts and playlists as sources': PLAYLISTS,
  'Damaged and odd sources': DAMAGED,
  'Sources that boast': BOASTING,
  Names: NAMES,
  'file://': FILES,
  'Addresses and redirects': ADDRESSES,
  'Servers of sources': SERVERS,
  'Filters and encoders': FILTERS,
  Options: OPTIONS,
};
