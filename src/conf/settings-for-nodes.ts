import { SETTINGS, type SettingName, type Settings } from './settings.ts';

/** What is feederd's alone, or differs from machine to machine. */
const NOT_FOR_NODES: ReadonlySet<string> = new Set<SettingName>([
  'DATA_DIR',
  'FILE_ROOTS',
  'FEEDERD_HOST',
  'FEEDERD_PORT',
  'FEEDERD_ALLOW_ANONYMOUS',
  'FEEDERD_TRUSTED_PROXIES',
  'FEEDERD_RATE_LIMIT',
  'FEEDERD_EVENT_STREAMS',
  'FEEDERD_REQUEST_TIMEOUT',
  'FFMPEG_PATH',
  'FFPROBE_PATH',
  'IMDS_ENDPOINT',
  'PRESETS',
]);

/**
 * A nomconf of what is in effect here, for nodes elsewhere. No secrets: the role of an instance gives it
 * its credentials.
 */
export function settingsForNodes(settings: Settings): Readonly<Record<string, unknown>> {
  const values: Readonly<Record<string, unknown>> = settings;
  const shared = [...SETTINGS].filter(([name, { secret }]) => !secret && !NOT_FOR_NODES.has(name));
  return Object.fromEntries(
    shared.flatMap(([name, { key }]) => (values[key] === undefined ? [] : [[name, values[key]]])),
  );
}
