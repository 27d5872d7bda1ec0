import { ListMultipartUploadsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parseMediaUri } from '../../src/core/media-uri.ts';
import { FileStorage } from '../../src/storage/file/file-storage.ts';
import { HttpStorage } from '../../src/storage/http/http-storage.ts';
import { S3Storage } from '../../src/storage/s3/s3-storage.ts';
import { loopbackGuard } from '../doubles/loopback.ts';
import { keepFiles } from '../unit/storage/keep-files.ts';
import { openWorkroom } from '../unit/storage/open-workroom.ts';
import { startHttpServer } from '../unit/storage/start-http-server.ts';
import { startS3 } from '../unit/storage/start-s3.ts';
import { describeStorageBackend } from './storage-backend.ts';

const MIB = 1024 * 1024;
const PART_BYTES = 5 * MIB;
const limits = { maxSourceBytes: 20 * MIB, stallSeconds: 10, retryDelayMs: 1 };
const escape = (name: string) => name.split('/').map(encodeURIComponent).join('/');

describeStorageBackend('file', async () => {
  const room = await openWorkroom();
  return {
    backend: new FileStorage({ ...limits, fileRoots: [room.path] }),
    uri: (name) => parseMediaUri(`file://${join(room.path, escape(name))}`, 'dest_path'),
    leftovers: () => room.names(),
    showsUnfinished: () => true,
  };
});

describeStorageBackend('http', async () => {
  const files = new Map<string, Buffer>();
  const server = await startHttpServer(keepFiles(files));
  return {
    backend: new HttpStorage({ ...limits, guard: loopbackGuard }),
    uri: (name) => parseMediaUri(`${server.url}/${escape(name)}?signature=x`, 'dest_path'),
    leftovers: async () => {
      await server.becomesQuiet();
      return [...files.keys()];
    },
    showsUnfinished: () => false,
  };
});

describeStorageBackend('s3', async () => {
  const s3 = await startS3('media');
  const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
  const region = 'us-east-1';
  const client = new S3Client({ endpoint: s3.endpoint, forcePathStyle: true, region, credentials });
  onTestFinished(() => client.destroy());
  return {
    backend: new S3Storage({
      ...limits,
      endpoint: s3.endpoint,
      region,
      credentials,
      partBytes: PART_BYTES,
    }),
    uri: (name) => parseMediaUri(`s3://media/${name}`, 'dest_path'),
    leftovers: async () => {
      await s3.line.becomesQuiet();
      const objects = await client.send(new ListObjectsV2Command({ Bucket: 'media' }));
      const uploads = await client.send(
        new ListMultipartUploadsCommand({ Bucket: 'media', MaxUploads: 100 }),
      );
      const keys = [...(objects.Contents ?? []), ...(uploads.Uploads ?? [])];
      return keys.map(({ Key }) => Key ?? '');
    },
    showsUnfinished: (bytes) => bytes > PART_BYTES,
  };
});
