import type { ListMultipartUploadsCommandInput, MultipartUpload } from '@aws-sdk/client-s3';
import type { S3Uri } from '../../core/media-uri.ts';
import { nameAndStatus } from './s3-error.ts';
import type { S3Session } from './s3-sessions.ts';

/** How far the clocks of S3 and of whoever noted a time may be apart; S3 itself allows no more. */
const CLOCK_SKEW_MS = 15 * 60 * 1000;

/**
 * Ends the uploads to one key that began at `since` or later: their parts are kept, and billed, until
 * somebody does. S3 does not tell whose an upload is. Should another job be uploading to the same key
 * at this moment, it tries again.
 */
export async function endForgottenUploads(
  { sdk, client }: S3Session,
  { bucket: Bucket, key: Key }: S3Uri,
  { since, signal: abortSignal }: { readonly since: number; readonly signal: AbortSignal },
): Promise<void> {
  const isForgotten = ({ Key: key, Initiated }: MultipartUpload) =>
    key === Key && Initiated !== undefined && Initiated.getTime() >= since - CLOCK_SKEW_MS;
  let from: Pick<ListMultipartUploadsCommandInput, 'KeyMarker' | 'UploadIdMarker'> = {};
  for (;;) {
    const list = new sdk.ListMultipartUploadsCommand({ Bucket, Prefix: Key, ...from });
    const page = await client.send(list, { abortSignal });
    for (const { UploadId } of (page.Uploads ?? []).filter(isForgotten)) {
      const abort = new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId });
      await client.send(abort, { abortSignal }).catch((thrown: unknown) => {
        if (nameAndStatus(thrown).status !== 404) throw thrown;
      });
    }
    if (page.IsTruncated !== true) return;
    from = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
}
