import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { NommerError, received } from '../../core/errors.ts';
import { parseFFmpegOptions } from '../../core/ffmpeg-options.ts';
import type { NewJob } from '../../core/job-rules/submit.ts';
import type { JsonValue } from '../../core/json.ts';
import { parseMediaUri, type MediaUri } from '../../core/media-uri.ts';
import { canonicalNommerName, FFMPEG_NOMMER } from '../../core/nommer-names.ts';
import { checkAddress } from './check-address.ts';
import { readFields } from './read-fields.ts';
import { LooseNotify, Notify, readNotify, readNotifyUrl, type NotifyRules } from './read-notify.ts';
import { resolvePreset, type Presets } from './resolve-preset.ts';

/** The settings that say which jobs are accepted. */
export interface SubmitRules extends NotifyRules {
  readonly presets: Presets;
  /** Custom nommers by name. */
  readonly nommers: Readonly<Record<string, string>>;
  /** URI schemes that have a storage backend. */
  readonly storageSchemes: readonly string[];
  /** Absolute folders that file:// may lead into. The node looks again, with links resolved. */
  readonly fileRoots: readonly string[];
}

export interface SubmitOptions {
  /** Refuse fields that the call does not know, instead of ignoring them as 2012 did. */
  readonly strict: boolean;
  /** From the header; the body's own key goes before it. */
  readonly idempotencyKey: string | undefined;
  /** Whose key it is: two submitters may choose the same one. Null: nobody was asked. */
  readonly submitter: string | null;
}

const MAX_METADATA_BYTES = 4096;
/** A stored job has to fit into one DynamoDB item, with its log and history. */
const MAX_OPTIONS_BYTES = 65_536;
export const MAX_KEY_LENGTH = 255;
/** Of every id, whether it is random or comes from a key: 128 bits. */
const ID_LENGTH = 32;

const Text = z.string({ error: 'must be a string' });
const Key = Text.min(1, { error: 'is empty' }).max(MAX_KEY_LENGTH, {
  error: `is longer than ${MAX_KEY_LENGTH} characters`,
});
const JobOptions = z.strictObject(
  {
    nommer: Text.nullish().describe(`Who does the work. Default: ${FFMPEG_NOMMER}.`),
    options: z
      .custom<JsonValue>()
      .optional()
      .describe(
        `That nommer's. For ${FFMPEG_NOMMER}: a preset's name, \`{"preset": …}\` with changes laid over every ` +
          'pass of it, or a list of passes (see FFmpegPass).',
      ),
  },
  { error: 'must be an object with nommer and options' },
);

/** What `POST /jobs` takes. */
export const Submit = z.strictObject({
  source_path: Text.describe('Media URI of what is to be encoded: file, http(s) or s3.'),
  dest_path: Text.describe('Media URI to which the output goes.'),
  job_options: JobOptions,
  notify_url: Text.nullish().describe('Hit with a GET when the job has ended.'),
  notify: Notify.nullish(),
  metadata: z
    .record(z.string(), z.custom<JsonValue>(), { error: 'must be an object' })
    .nullish()
    .describe(`The submitter's own, echoed back: up to ${MAX_METADATA_BYTES} bytes of JSON.`),
  idempotency_key: Key.nullish().describe('Goes before the header of that name.'),
});

/** The same for a call of 2012, which ignores what it does not know. */
export const LooseSubmit = z.object({
  ...Submit.shape,
  job_options: z.object(JobOptions.shape, { error: 'must be an object with nommer and options' }),
  notify: LooseNotify.nullish(),
});

/**
 * Reads what somebody submits into a job, or says what is wrong with it: the one reader of both families
 * of calls. Options are checked here, so that the client hears at once and not a node later.
 * @throws NommerError BADINPUT, BAD_URI, UNSUPPORTED_SCHEME, UNKNOWN_NOMMER, UNKNOWN_PRESET, BAD_OPTION,
 *   SOURCE_FORBIDDEN, DEST_FORBIDDEN, ADDRESS_FORBIDDEN
 */
export function readSubmit(body: unknown, rules: SubmitRules, options: SubmitOptions): NewJob {
  const given = readFields(options.strict ? Submit : LooseSubmit, body);
  const source = readUri(given.source_path, 'source_path', rules);
  const destination = readUri(given.dest_path, 'dest_path', rules);
  if (placeOf(source) === placeOf(destination)) {
    throw new NommerError(
      'BADINPUT',
      `dest_path is where the source is; received ${received(given.dest_path)}`,
    );
  }
  const nommer = readNommer(given.job_options.nommer ?? FFMPEG_NOMMER, rules);
  const nommerOptions = given.job_options.options ?? null;
  const notify = readNotify(given.notify, rules);
  const notifyUrl = readNotifyUrl(given.notify_url, rules);
  if (notify !== null && notifyUrl !== null) {
    throw new NommerError(
      'BADINPUT',
      `notify_url and notify cannot be given together; received ${received(notifyUrl)} and ${received(notify.url)}`,
    );
  }
  const job = {
    sourcePath: given.source_path,
    destPath: given.dest_path,
    nommer,
    notifyUrl,
    metadata: readMetadata(given.metadata ?? {}),
  };
  const key = given.idempotency_key ?? readKey(options.idempotencyKey);
  const checkedOptions = readOptions(nommer, nommerOptions, rules);
  checkPlace(source, 'source_path', rules);
  checkPlace(destination, 'dest_path', rules);
  // Hashed only where it is given: requests of earlier versions must keep their hashes.
  const hashed = { ...job, ...(notify !== null && { notify }), nommerOptions };
  return {
    ...job,
    notify,
    options: checkedOptions,
    submitter: options.submitter,
    uniqueId: key === undefined ? randomBytes(16).toString('hex') : idFor(key, options.submitter),
    // Of the request as given: a preset may have changed between two tries of the same request.
    requestHash: key === undefined ? null : sha256(JSON.stringify(hashed)),
  };
}

function idFor(key: string, submitter: string | null): string {
  const text = submitter === null ? key : JSON.stringify([submitter, key]);
  return sha256(text).slice(0, ID_LENGTH);
}

type UriField = 'source_path' | 'dest_path';

function readUri(text: string, field: UriField, rules: SubmitRules): MediaUri {
  const { storageSchemes } = rules;
  const uri = parseMediaUri(text, field);
  if (storageSchemes.includes(uri.scheme)) return uri;
  throw new NommerError(
    'UNSUPPORTED_SCHEME',
    `${field} has a scheme without a storage backend; there are ${storageSchemes.join(', ')}; received ${received(text)}`,
  );
}

/** What can be told of it without looking there: the node looks again. */
function checkPlace(uri: MediaUri, field: UriField, rules: SubmitRules): void {
  const { fileRoots } = rules;
  if ('url' in uri) checkAddress(uri.url, field, rules);
  if (!('path' in uri) || fileRoots.some((root) => isInside(root, uri.path))) return;
  throw new NommerError(
    field === 'source_path' ? 'SOURCE_FORBIDDEN' : 'DEST_FORBIDDEN',
    `${field} is outside FILE_ROOTS (${fileRoots.join(', ') || 'empty'}); received ${received(uri.text)}`,
  );
}

function isInside(root: string, path: string): boolean {
  return path.startsWith(root.endsWith('/') ? root : `${root}/`);
}

/** What makes two URIs the same place, whoever's credentials they carry. */
function placeOf(uri: MediaUri): string {
  if ('bucket' in uri) return `s3 ${uri.bucket} ${uri.key}`;
  if ('path' in uri) return `file ${uri.path}`;
  if ('url' in uri)
    return `${uri.url.protocol} ${uri.url.host}${uri.url.pathname}${uri.url.search}`;
  return `${uri.scheme} ${uri.rest}`;
}

function readNommer(given: string, { nommers }: SubmitRules): string {
  const name = canonicalNommerName(given);
  if (name === FFMPEG_NOMMER || Object.hasOwn(nommers, name)) return name;
  const known = [FFMPEG_NOMMER, ...Object.keys(nommers)].join(', ');
  throw new NommerError(
    'UNKNOWN_NOMMER',
    `job_options.nommer must be one of ${known}; received ${received(given)}`,
  );
}

function readOptions(nommer: string, given: JsonValue, { presets }: SubmitRules): JsonValue {
  const size = Buffer.byteLength(JSON.stringify(given));
  if (size > MAX_OPTIONS_BYTES) {
    throw new NommerError(
      'BAD_OPTION',
      `job_options.options is over ${MAX_OPTIONS_BYTES} bytes of JSON; received ${size}`,
    );
  }
  if (nommer !== FFMPEG_NOMMER) return given;
  const options = resolvePreset(given, presets);
  parseFFmpegOptions(options);
  return options;
}

function readMetadata(given: Record<string, JsonValue>): Record<string, JsonValue> {
  const size = Buffer.byteLength(JSON.stringify(given));
  if (size <= MAX_METADATA_BYTES) return given;
  throw new NommerError(
    'BADINPUT',
    `metadata is over ${MAX_METADATA_BYTES} bytes of JSON; received ${size}`,
  );
}

function readKey(header: string | undefined): string | undefined {
  if (header === undefined || (header.length > 0 && header.length <= MAX_KEY_LENGTH)) return header;
  throw new NommerError(
    'BADINPUT',
    `Idempotency-Key must have 1 to ${MAX_KEY_LENGTH} characters; received ${header.length}`,
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
