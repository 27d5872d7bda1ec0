/** Which end of a job a media URI is, by the name its submitter knows. */
export type MediaField = 'source_path' | 'dest_path';

export const FORBIDDEN = {
  source_path: 'SOURCE_FORBIDDEN',
  dest_path: 'DEST_FORBIDDEN',
} as const satisfies Record<MediaField, string>;

export const UNREACHABLE = {
  source_path: 'SOURCE_UNREACHABLE',
  dest_path: 'DEST_UNREACHABLE',
} as const satisfies Record<MediaField, string>;

/** Nothing at a source is a fact about it; nothing to write into is a destination nobody may use. */
export const NOT_FOUND = {
  source_path: 'SOURCE_NOT_FOUND',
  dest_path: 'DEST_FORBIDDEN',
} as const satisfies Record<MediaField, string>;
