import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseMediaUri, type S3Uri } from '../../../src/core/media-uri.ts';
import { s3Error } from '../../../src/storage/s3/s3-error.ts';
import { S3Storage } from '../../../src/storage/s3/s3-storage.ts';
import { startHttpServer } from './start-http-server.ts';

const URI = parseMediaUri('s3://bucket/key.mp4', 'source_path') as S3Uri;

function thrownBySdk(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error('said S3'), { name, $metadata: { httpStatusCode } });
}

describe('s3Error', () => {
  it.each([
    ['ExpiredToken', 400],
    ['InvalidToken', 400],
    ['TokenRefreshRequired', 400],
  ])('takes credentials for passing that a role has to renew: %s', (name, status) => {
    expect(s3Error(thrownBySdk(name, status), 'dest_path', URI)).toMatchObject({
      code: 'DEST_UNREACHABLE',
      retryable: true,
      message: expect.stringMatching(/could not get valid credentials.*said S3/u) as string,
    });
  });

  it.each(['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'AccessDenied'])(
    'takes %s for final',
    (name) => {
      const error = s3Error(thrownBySdk(name, 403), 'source_path', URI);
      expect(error).toMatchObject({ code: 'SOURCE_FORBIDDEN', retryable: false });
    },
  );

  it('tries again what S3 put off for another call about the same object', () => {
    const error = s3Error(thrownBySdk('OperationAborted', 409), 'dest_path', URI);
    expect(error).toMatchObject({ code: 'DEST_UNREACHABLE', retryable: true });
  });
});

it('holds nothing against the job when its node gets no credentials just now', async () => {
  const metadata = await startHttpServer((_request, response) => response.writeHead(503).end());
  const nowhere = '/nonexistent';
  const environment = {
    HOME: nowhere,
    AWS_CONFIG_FILE: nowhere,
    AWS_SHARED_CREDENTIALS_FILE: nowhere,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.url,
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const storage = new S3Storage({
    maxSourceBytes: 1000,
    stallSeconds: 5,
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:9',
    credentials: undefined,
  });
  const { signal } = new AbortController();
  await expect(storage.stat(URI, { signal })).rejects.toMatchObject({
    code: 'DEST_UNREACHABLE',
    retryable: true,
    message: expect.stringContaining('could not get valid credentials') as string,
  });
  expect(metadata.requests).not.toHaveLength(0);
});
