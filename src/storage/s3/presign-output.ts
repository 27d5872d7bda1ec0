import type { S3Uri } from '../../core/media-uri.ts';
import type { S3Session } from './s3-sessions.ts';

export interface PresignOptions {
  readonly expiresInSeconds: number;
  /** What S3 is to call it, whatever it was stored as. */
  readonly contentType: string;
}

/** A URL by which whoever has it may read the object for a while. It names no secret, but signs by one. */
export async function presignOutput(
  { sdk, client }: S3Session,
  { bucket, key }: S3Uri,
  { expiresInSeconds: expiresIn, contentType }: PresignOptions,
): Promise<string> {
  const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
  const get = new sdk.GetObjectCommand({
    Bucket: bucket,
    Key: key,
    ResponseContentType: contentType,
    ResponseContentDisposition: 'inline',
  });
  return await getSignedUrl(client, get, { expiresIn });
}
