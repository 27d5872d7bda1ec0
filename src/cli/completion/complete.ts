import type { Command } from 'commander';
import { createContext, type CommandContext } from '../command-context.ts';
import { isFinishedState, type JobState } from '../../core/job-states.ts';
import { NOTIFY_EVENTS } from '../../core/notification.ts';
import { nameOfUri } from '../render/format-uri.ts';
import { printable } from '../render/printable.ts';
import { shortId } from '../render/short-id.ts';
import { readWords, type ReadWords, type Wanted } from './read-words.ts';

/** Something that may stand at the cursor, and what it is. */
export type Candidate = readonly [value: string, meaning: string];

/** Where the shell knows better than we do. */
const FILES = ':files';
const FILE_OPTIONS: ReadonlySet<string> = new Set(['to', 'options', 'token-file', 'config']);
const ID_ARGUMENTS: ReadonlySet<string> = new Set(['id', 'job']);
const FILE_ARGUMENTS: ReadonlySet<string> = new Set(['source', 'file']);

/** Nobody waits for longer at a key. */
const PATIENCE_MS = 1500;
const RECENT = 100;

/** Which jobs a command is for. */
const JOBS_FOR: Readonly<Record<string, (state: JobState) => boolean>> = {
  cancel: (state) => !isFinishedState(state),
  watch: (state) => !isFinishedState(state),
  retry: (state) => isFinishedState(state) && state !== 'FINISHED',
};

/**
 * What can stand at the end of an unfinished command line, a line each. Whatever goes wrong, nothing is
 * said: somebody is typing.
 */
export async function complete(program: Command, words: readonly string[]): Promise<string> {
  const read = readWords(program, words);
  if (read.wanted === undefined) return '';
  const found = await candidatesOf(read.wanted, program, read).catch(() => []);
  if (found === FILES) return `${FILES}\n`;
  const prefix = read.wanted.kind === 'value' ? read.wanted.prefix : '';
  return found
    .filter(([value]) => `${prefix}${value}`.startsWith(read.typed))
    .map(([value, meaning]) => `${prefix}${value}\t${printable(meaning)}\n`)
    .join('');
}

async function candidatesOf(
  wanted: Wanted,
  program: Command,
  read: ReadWords,
): Promise<readonly Candidate[] | typeof FILES> {
  switch (wanted.kind) {
    case 'command':
      return program
        .createHelp()
        .visibleCommands(program)
        .map((command): Candidate => [command.name(), command.summary()]);
    case 'option':
      return wanted.options
        .filter(({ hidden }) => !hidden)
        .map(({ long, short, description }): Candidate => [
          long ?? short ?? '',
          description.split('\n', 1)[0] ?? '',
        ]);
    case 'value': {
      const { option } = wanted;
      if (option.argChoices !== undefined) return plain(option.argChoices);
      if (FILE_OPTIONS.has(option.name())) return FILES;
      return await valuesOf(option.name(), read);
    }
    case 'argument': {
      const { argument, command } = wanted;
      if (argument.argChoices !== undefined) return plain(argument.argChoices);
      if (FILE_ARGUMENTS.has(argument.name())) return FILES;
      return ID_ARGUMENTS.has(argument.name()) ? await jobIds(command, read) : [];
    }
  }
}

async function valuesOf(name: string, read: ReadWords): Promise<readonly Candidate[]> {
  switch (name) {
    case 'preset': {
      const { client, nomconf } = await contextOf(read);
      const presets = await client.presets({ signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() =>
        Object.entries(nomconf.settings.presets).map(([each, { description }]) => ({
          name: each,
          description,
        })),
      );
      return presets.map(({ name: preset, description }) => [preset, description]);
    }
    case 'nommer': {
      const { nomconf } = await contextOf(read);
      return plain(['FFmpegNommer', ...Object.keys(nomconf.settings.nommers)]);
    }
    case 'webhook-events':
      return plain(NOTIFY_EVENTS);
    default:
      return [];
  }
}

async function jobIds(command: string, read: ReadWords): Promise<readonly Candidate[]> {
  const { client } = await contextOf(read);
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const { jobs } = await client.list({ limit: RECENT }, { signal });
  return jobs
    .filter(({ job_state }) => JOBS_FOR[command]?.(job_state) ?? true)
    .map((job) => [shortId(job.unique_id), `${nameOfUri(job.source_path)} ${job.job_state}`]);
}

function contextOf({ given }: ReadWords): Promise<CommandContext> {
  const { url, config, 'token-file': tokenFile } = given;
  return createContext({
    ...(url !== undefined && { url }),
    ...(config !== undefined && { config }),
    ...(tokenFile !== undefined && { tokenFile }),
  });
}

function plain(values: readonly string[]): readonly Candidate[] {
  return values.map((value) => [value, '']);
}
