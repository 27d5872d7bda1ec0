import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { parseMediaUri } from '../../../src/core/media-uri.ts';
import type { StorageBackend } from '../../../src/core/storage-backend.ts';
import { createStorage } from '../../../src/storage/create-storage.ts';
import { FileStorage } from '../../../src/storage/file/file-storage.ts';
import { HttpStorage } from '../../../src/storage/http/http-storage.ts';
import { S3Storage } from '../../../src/storage/s3/s3-storage.ts';

const settings = {
  fileRoots: [],
  dataDir: '/nowhere/data',
  maxSourceBytes: 1,
  httpStallSeconds: 1,
  httpAllowedNetworks: [],
  awsRegion: undefined,
  s3Endpoint: undefined,
  awsAccessKeyId: undefined,
  awsSecretAccessKey: undefined,
};
const uriOf = (text: string) => parseMediaUri(text, 'source_path');
const own: StorageBackend = {
  download: () => Promise.resolve(),
  upload: () => Promise.resolve(),
  stat: () => Promise.resolve(undefined),
};

it('keeps file:// out of DATA_DIR', async () => {
  const storage = createStorage({ ...settings, fileRoots: [tmpdir()], dataDir: tmpdir() });
  const uri = uriOf(`file://${tmpdir()}/jobs.db`);
  const backend = storage.backendFor(uri, 'source_path');
  const { signal } = new AbortController();
  await expect(backend.stat(uri, { signal })).rejects.toThrow('DATA_DIR');
});

describe('the choice of a storage backend', () => {
  it.each([
    ['file:///a.mp4', FileStorage],
    ['http://host/a.mp4', HttpStorage],
    ['https://host/a.mp4', HttpStorage],
    ['s3://bucket/a.mp4', S3Storage],
    ['S3://bucket/a.mp4', S3Storage],
  ])('goes by the scheme: %s', (text, backend) => {
    const storage = createStorage(settings);
    expect(storage.backendFor(uriOf(text), 'source_path')).toBeInstanceOf(backend);
  });

  it('names the field and what there is for an unknown scheme, and no secret', () => {
    const storage = createStorage(settings, { backends: new Map([['gs', own]]) });
    const uri = uriOf('ftp://anna:hunter2@host/a.mp4');
    expect(() => storage.backendFor(uri, 'dest_path')).toThrow(
      expect.objectContaining({
        code: 'UNSUPPORTED_SCHEME',
        retryable: true,
        message: expect.stringMatching(/^dest_path .*file, gs, http, https, s3.*ftp:/) as string,
      }),
    );
    expect(() => storage.backendFor(uri, 'dest_path')).not.toThrow(/hunter2/);
  });

  it('takes a user’s own backends, for new schemes and for known ones', () => {
    const storage = createStorage(settings, {
      backends: new Map([
        ['gs', own],
        ['s3', own],
      ]),
    });
    expect(storage.backendFor(uriOf('gs://bucket/a.mp4'), 'source_path')).toBe(own);
    expect(storage.backendFor(uriOf('s3://bucket/a.mp4'), 'source_path')).toBe(own);
    expect(storage.backendFor(uriOf('file:///a.mp4'), 'source_path')).toBeInstanceOf(FileStorage);
  });
});
