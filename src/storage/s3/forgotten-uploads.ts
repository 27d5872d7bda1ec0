import type { ListMultipartUploadsCommandInput } from '@aws-sdk/client-s3';
import type { S3Uri } from '../../core/media-uri.ts';
import { nameAndStatus } from './s3-error.ts';
import type { S3Session } from './s3-sessions.ts';

/** How far the clocks of S3 and of whoever noted a time may be apart; S3 itself allows no more. */
const CLOCK_SKEW_MS = 15 * 60 * 1000;

/** An upload in parts that has begun and not ended. */
interface Upload {
  readonly key: string;
  readonly id: string;
  /** Milliseconds since the epoch; undefined where S3 does not tell. */
  readonly begunAt: number | undefined;
}

/**
 * Ends the uploads to one key that began at `since` or later: their parts are kept, and billed, until
 * somebody does. S3 does not tell whose an upload is. Should another job be uploading to the same key
 * at this moment, it tries again.
 */
export async function endForgottenUploads(
  session: S3Session,
  { bucket, key }: S3Uri,
  { since, signal }: { readonly since: number; readonly signal: AbortSignal },
): Promise<void> {
  const isForgotten = (upload: Upload) =>
    upload.key === key && (upload.begunAt ?? 0) >= since - CLOCK_SKEW_MS;
  const { sdk, client } = session;
  for await (const upload of listUploads(session, { bucket, prefix: key, signal })) {
    if (!isForgotten(upload)) continue;
    const which = { Bucket: bucket, Key: key, UploadId: upload.id };
    const abort = new sdk.AbortMultipartUploadCommand(which);
    await client.send(abort, { abortSignal: signal }).catch((thrown: unknown) => {
      if (nameAndStatus(thrown).status !== 404) throw thrown;
    });
  }
}

/** Everybody's uploads in parts to keys that begin with `prefix`. */
export async function* listUploads(
  { sdk, client }: S3Session,
  { bucket, prefix, signal }: { bucket: string; prefix: string; signal: AbortSignal },
): AsyncGenerator<Upload, void> {
  let from: Pick<ListMultipartUploadsCommandInput, 'KeyMarker' | 'UploadIdMarker'> = {};
  for (;;) {
    const list = new sdk.ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...from });
    const page = await client.send(list, { abortSignal: signal });
    for (const { Key: key, UploadId: id, Initiated } of page.Uploads ?? []) {
      if (key === undefined || id === undefined) continue;
      yield { key, id, begunAt: Initiated?.getTime() };
    }
    if (page.IsTruncated !== true) return;
    from = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
}
