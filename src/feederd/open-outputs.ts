import { NommerError, toNommerError } from '../core/errors.ts';
import { parseMediaUri, type FileUri, type S3Uri } from '../core/media-uri.ts';
import { contentType } from '../storage/content-type.ts';
import { FileRoots } from '../storage/file/file-roots.ts';
import { presignOutput } from '../storage/s3/presign-output.ts';
import { S3Sessions } from '../storage/s3/s3-sessions.ts';
import type { OpenedOutput, Outputs } from './outputs.ts';

export interface OpenOutputsSettings {
  readonly fileRoots: readonly string[];
  readonly dataDir: string;
  readonly httpStallSeconds: number;
  readonly awsRegion: string | undefined;
  readonly s3Endpoint: string | undefined;
  readonly awsAccessKeyId: string | undefined;
  readonly awsSecretAccessKey: string | undefined;
  /** Of storage backends that are the user's own. */
  readonly storageBackends: Readonly<Record<string, unknown>>;
}

/** Longer than anybody watches without the player asking anew. */
const URL_SECONDS = 4 * 3600;

/** The one file of feederd that reads media: outputs, for the web page's player. */
export function openOutputs(settings: OpenOutputsSettings): Outputs {
  const { awsAccessKeyId: accessKeyId, awsSecretAccessKey: secretAccessKey } = settings;
  const roots = new FileRoots(settings.fileRoots, [settings.dataDir]);
  const sessions = new S3Sessions({
    region: settings.awsRegion,
    endpoint: settings.s3Endpoint,
    credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
    stallSeconds: settings.httpStallSeconds,
  });
  return {
    async open(text, publishedSize) {
      const uri = parseMediaUri(text, 'dest_path');
      if (!Object.hasOwn(settings.storageBackends, uri.scheme)) {
        if ('path' in uri) return await openFile(roots, uri, publishedSize);
        if ('bucket' in uri) return await presign(sessions, uri);
      }
      throw new NommerError(
        'UNKNOWN_OUTPUT',
        `Outputs at ${uri.scheme}:// are not shown by feederd; file:// and s3:// ones are`,
      );
    },
  };
}

async function openFile(
  roots: FileRoots,
  { path }: FileUri,
  publishedSize: number,
): Promise<OpenedOutput> {
  const handle = await roots.findDest(path).catch((thrown: unknown) => {
    const isForbidden = toNommerError(thrown).code === 'DEST_FORBIDDEN';
    throw unknownOutput(
      isForbidden
        ? 'may not be read by feederd: it is outside its FILE_ROOTS, or not its to read'
        : 'cannot be read',
      thrown,
    );
  });
  if (handle === undefined) {
    throw unknownOutput('is not where it was published, as far as feederd can see');
  }
  const { size, mtimeMs } = await handle.stat();
  if (size === publishedSize) {
    return { kind: 'file', handle, contentType: contentType(path), size, modifiedAt: mtimeMs };
  }
  await handle.close();
  throw unknownOutput('has been replaced since: its size differs');
}

function unknownOutput(why: string, cause?: unknown): NommerError {
  return new NommerError('UNKNOWN_OUTPUT', `The output ${why}`, { cause });
}

async function presign(sessions: S3Sessions, uri: S3Uri): Promise<OpenedOutput> {
  try {
    const session = await sessions.get(uri.credentials);
    const options = { expiresInSeconds: URL_SECONDS, contentType: contentType(uri.key) };
    return { kind: 'url', url: await presignOutput(session, uri, options) };
  } catch (thrown: unknown) {
    throw new NommerError('UNAVAILABLE', 'feederd has no credentials that read this output', {
      cause: thrown,
    });
  }
}
