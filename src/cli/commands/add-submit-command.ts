import { InvalidArgumentError, Option, type Command } from 'commander';
import { NOTIFY_EVENTS, type NotifyEvent } from '../../core/notification.ts';
import { handle } from '../handle.ts';
import { DEFAULT_PRESET } from '../submit/job-options.ts';
import { NAME_BESIDE, NAME_FIELDS, NAME_IN_FOLDER } from '../submit/name-template.ts';
import { submitSources, type SubmitOptions } from '../submit/submit-sources.ts';

export function addSubmitCommand(program: Command): void {
  program
    .command('submit')
    .summary('encode files')
    .description(
      'Submits a job for each source. A source is a file or a folder on this machine, a glob in quotes ' +
        "('in/*.mov', 'in/**/*.mov'), or a media URI (file:///…, https://…, s3://BUCKET/KEY). " +
        'Of a folder, its media files are taken.\n\n' +
        'The same command again goes on where it was: files that are encoded are left alone, those that ' +
        'failed, have changed or are new are encoded. URIs are always encoded, and all is with --again.',
    )
    .argument('<source...>', 'what to encode')
    .option(
      '--to <place>',
      'folder (ends in a slash, or exists) or, for one source, full name of the output; path or URI ' +
        '(default: beside the source)',
    )
    .option(
      '--name <template>',
      `names of the outputs, of ${fieldNames()} ` +
        `(default: ${NAME_IN_FOLDER}, beside the source ${NAME_BESIDE})`,
    )
    .option('-r, --recursive', 'folders with their folders; --to gets the same ones')
    .option('--again', 'encode also what an earlier command has encoded')
    .option(
      '--preset <name>',
      `how to encode: see "media-nommer presets" (default: ${DEFAULT_PRESET})`,
    )
    .option(
      '--options <file>',
      "JSON file of the nommer's options; with --preset, what to change in it",
    )
    .option('--nommer <name>', 'who encodes (default: FFmpegNommer)')
    .option('--notify <url>', 'URL to GET when the job ends')
    .option('--webhook <url>', 'URL to POST to instead, signed by the NOTIFY_SECRETS of feederd')
    .addOption(
      new Option(
        '--webhook-events <events>',
        `of what, with commas: ${NOTIFY_EVENTS.join(', ')} (default: finished)`,
      ).argParser(readEvents),
    )
    .option('--metadata <key=value>', 'kept with the job; may be given several times', collect)
    .option('--watch', 'show how far the jobs are, until they have ended')
    .action(handle<SubmitOptions>(submitSources));
}

function fieldNames(): string {
  return Object.keys(NAME_FIELDS)
    .map((field) => `{${field}}`)
    .join(' ');
}

function readEvents(text: string): readonly NotifyEvent[] {
  return text.split(',').map((name) => {
    const event = NOTIFY_EVENTS.find((each) => each === name.trim());
    if (event !== undefined) return event;
    throw new InvalidArgumentError(`Each must be one of ${NOTIFY_EVENTS.join(', ')}.`);
  });
}

function collect(pair: string, pairs: readonly string[] = []): readonly string[] {
  if (pair.indexOf('=') > 0) return [...pairs, pair];
  throw new InvalidArgumentError('It must be KEY=VALUE.');
}
