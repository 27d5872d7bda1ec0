import { AWS_SETTINGS } from './groups/aws.ts';
import { FEEDERD_SETTINGS } from './groups/feederd.ts';
import { MEDIA_SETTINGS } from './groups/media.ts';
import { NOMMERD_SETTINGS } from './groups/nommerd.ts';
import { PLACE_SETTINGS } from './groups/place.ts';
import { SCALING_SETTINGS } from './groups/scaling.ts';
import type { Setting } from './setting.ts';

/** Every setting by the name it has in a nomconf and in the environment. */
const TABLE = {
  ...PLACE_SETTINGS,
  ...FEEDERD_SETTINGS,
  ...SCALING_SETTINGS,
  ...NOMMERD_SETTINGS,
  ...MEDIA_SETTINGS,
  ...AWS_SETTINGS,
};

type Table = typeof TABLE;
type InputOf<S> = S extends Setting<string, infer Input> ? Input : never;
type ValueOf<S> = S extends Setting<string, unknown, infer Value> ? Value : never;

export type SettingName = keyof Table;

/** The settings as the rooms know them: checked, complete, frozen. */
export type Settings = {
  readonly [Name in SettingName as Table[Name]['key']]: ValueOf<Table[Name]>;
};

/** What a nomconf may hold: each setting by its name of today or of 2012. */
export type Nomconf = {
  readonly [Name in SettingName]?: InputOf<Table[Name]> | undefined;
} & {
  readonly EC2_INSTANCE_TYPE?: string | undefined;
  readonly SIMPLEDB_JOB_STATE_DOMAIN?: string | undefined;
  readonly SIMPLEDB_EC2_NOMMER_STATE_DOMAIN?: string | undefined;
  readonly NOMMERD_QTFASTSTART_BIN_PATH?: string | undefined;
};

/** The same in groups, as people read them. */
export const SETTING_GROUPS: Readonly<Record<string, Readonly<Record<string, Setting>>>> = {
  'The place': PLACE_SETTINGS,
  feederd: FEEDERD_SETTINGS,
  Nodes: SCALING_SETTINGS,
  nommerd: NOMMERD_SETTINGS,
  Media: MEDIA_SETTINGS,
  AWS: AWS_SETTINGS,
};

export const SETTINGS: ReadonlyMap<string, Setting> = new Map(Object.entries<Setting>(TABLE));

/** Taken so that a nomconf of 2012 can stay as it is, and without effect. */
export const IGNORED_SETTINGS: ReadonlySet<string> = new Set(['NOMMERD_QTFASTSTART_BIN_PATH']);
