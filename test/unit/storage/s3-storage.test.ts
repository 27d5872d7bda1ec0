import { ListMultipartUploadsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseMediaUri } from '../../../src/core/media-uri.ts';
import type { Moved } from '../../../src/core/storage-backend.ts';
import { S3Storage, type S3StorageOptions } from '../../../src/storage/s3/s3-storage.ts';
import { openWorkroom } from './open-workroom.ts';
import { startS3, type Fault } from './start-s3.ts';

const MIB = 1024 * 1024;
const credentials = { accessKeyId: 'setting-id', secretAccessKey: 'secret' };
const uri = parseMediaUri('s3://media/folder/a.mp4', 'dest_path');
const free = () => ({ signal: new AbortController().signal });
const owner = { jobId: 'job 1', attempt: 3, beforePublish: () => Promise.resolve() };

async function open(options: Partial<S3StorageOptions> = {}) {
  const [s3, room] = await Promise.all([startS3('media'), openWorkroom()]);
  const region = 'us-east-1';
  const { endpoint } = s3;
  const client = new S3Client({ endpoint, forcePathStyle: true, region, credentials });
  onTestFinished(() => client.destroy());
  const storage = new S3Storage({
    maxSourceBytes: 100 * MIB,
    stallSeconds: 10,
    retryDelayMs: 1,
    partBytes: 5 * MIB,
    region: undefined,
    endpoint,
    credentials,
    ...options,
  });
  const openUploads = async () =>
    (await client.send(new ListMultipartUploadsCommand({ Bucket: 'media', MaxUploads: 100 })))
      .Uploads ?? [];
  const put = (content: Buffer) =>
    client.send(new PutObjectCommand({ Bucket: 'media', Key: 'folder/a.mp4', Body: content }));
  const sent = (test: (request: IncomingMessage) => boolean) => s3.line.requests.filter(test);
  return { s3, room, storage, openUploads, put, sent, copy: join(room.path, 'copy') };
}

/** Does `fault` to the first `times` requests that are meant. */
function first(times: number, isMeant: (request: IncomingMessage) => boolean, fault: Fault) {
  let left = times;
  return (request: IncomingMessage) => (isMeant(request) && left-- > 0 ? fault : undefined);
}

const isGet = ({ method }: IncomingMessage) => method === 'GET';
const isPart = ({ method, url }: IncomingMessage) =>
  method === 'PUT' && /[?&]partNumber=/.test(url ?? '');
const isComplete = ({ method, url }: IncomingMessage) =>
  method === 'POST' && /[?&]uploadId=/.test(url ?? '');
const isCreate = ({ method, url }: IncomingMessage) =>
  method === 'POST' && /[?&]uploads/.test(url ?? '');

describe('a download from S3', () => {
  it('begins anew when the rest that comes begins elsewhere', async () => {
    const place = await open();
    const content = randomBytes(3 * MIB);
    await place.put(content);
    let gets = 0;
    place.s3.fault = (request) => {
      if (!isGet(request)) return undefined;
      gets += 1;
      if (gets === 1) return { cutAfter: MIB };
      return gets === 2 ? { range: 'bytes=5-' } : undefined;
    };
    await place.storage.download(uri, place.copy, free());
    expect(content.equals(await readFile(place.copy))).toBe(true);
    expect(gets).toBe(3);
  });

  it('goes on where the connection dropped', async () => {
    const place = await open();
    const content = randomBytes(6 * MIB);
    const { ETag } = await place.put(content);
    let has = 0;
    let cuts = 0;
    const onProgress = ({ bytes }: Moved) => {
      has = bytes;
    };
    place.s3.fault = (request) => {
      if (!isGet(request) || cuts === 2) return undefined;
      const wanted = ++cuts * 2 * MIB;
      return { cutAfter: 2 * MIB, then: () => vi.waitUntil(() => has === wanted, { interval: 1 }) };
    };
    await place.storage.download(uri, place.copy, { ...free(), onProgress });
    expect(content.equals(await readFile(place.copy))).toBe(true);
    const tries = place.sent(isGet).map(({ headers }) => headers);
    expect(tries.map(({ range }) => range)).toEqual([
      undefined,
      `bytes=${2 * MIB}-`,
      `bytes=${4 * MIB}-`,
    ]);
    expect(tries.map((headers) => headers['if-match'])).toEqual([undefined, ETag, ETag]);
  });

  it.each([6 * MIB, MIB])('starts anew when %i other bytes are there by then', async (bytes) => {
    const place = await open();
    await place.put(randomBytes(6 * MIB));
    const changed = randomBytes(bytes);
    let has = 0;
    const onProgress = (moved: Moved) => {
      has = moved.bytes;
    };
    place.s3.fault = (request) => {
      if (!isGet(request) || request.headers.range !== undefined) return undefined;
      place.s3.fault = () => undefined;
      const then = async () => {
        await vi.waitUntil(() => has === 2 * MIB, { interval: 1 });
        await place.put(changed);
      };
      return { cutAfter: 2 * MIB, then };
    };
    await place.storage.download(uri, place.copy, { ...free(), onProgress });
    expect(changed.equals(await readFile(place.copy))).toBe(true);
  });

  it('gives up when S3 cannot be reached', async () => {
    const { room } = await open();
    const storage = new S3Storage({
      ...{ maxSourceBytes: 1, stallSeconds: 10, retryDelayMs: 1, region: undefined },
      ...{ endpoint: 'http://127.0.0.1:1', credentials },
    });
    await expect(storage.download(uri, join(room.path, 'x'), free())).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      retryable: true,
    });
    expect(await room.names()).toEqual([]);
  });

  it.each([
    [403, 'SOURCE_FORBIDDEN', false],
    [400, 'SOURCE_UNREACHABLE', false],
    [503, 'SOURCE_UNREACHABLE', true],
  ])('calls status %i %s', async (status, code, retryable) => {
    const place = await open();
    place.s3.fault = () => ({ status });
    const outcome = place.storage.download(uri, place.copy, free());
    await expect(outcome).rejects.toMatchObject({ code, retryable });
    await expect(place.storage.stat(uri, free())).rejects.toMatchObject({
      code: code.replace('SOURCE', 'DEST'),
    });
  });

  it('calls a bucket that is not there "not found"', async () => {
    const place = await open();
    const elsewhere = parseMediaUri('s3://no-such-bucket/a.mp4', 'source_path');
    await expect(place.storage.download(elsewhere, place.copy, free())).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
    });
  });

  it('uses the credentials of the URI before those of the settings, and shows none', async () => {
    const place = await open();
    const own = parseMediaUri('s3://URIID:hush%2Fhush@media/a.mp4', 'source_path');
    const error: unknown = await place.storage
      .download(own, place.copy, free())
      .catch((thrown: unknown) => thrown);
    await place.storage.stat(uri, free());
    const keys = place.s3.line.requests.map(({ headers }) => headers.authorization);
    expect(keys[0]).toContain('Credential=URIID/');
    expect(keys[1]).toContain('Credential=setting-id/');
    expect(String(error)).toContain('s3://media/a.mp4');
    expect(String(error)).not.toMatch(/URIID|hush/);
  });
});

describe('an upload to S3', () => {
  it.each([1000, 6 * MIB])('keeps whose output %i bytes are, and their type', async (bytes) => {
    const place = await open();
    const { file } = await place.room.fill('out.mp4', bytes);
    await place.storage.upload(file, uri, { ...free(), ...owner });
    expect(await place.storage.stat(uri, free())).toEqual({
      bytes,
      publishedBy: { jobId: 'job 1', attempt: 3 },
    });
    const [begun] = place.sent((request) => isCreate(request) || request.method === 'PUT');
    expect(begun?.headers['content-type']).toBe('video/mp4');
  });

  it('sends a part again that failed', async () => {
    const place = await open();
    const { file, content } = await place.room.fill('out.mp4', 12 * MIB);
    place.s3.fault = first(4, isPart, { status: 503 });
    await place.storage.upload(file, uri, { ...free(), ...owner });
    await place.storage.download(uri, place.copy, free());
    expect(content.equals(await readFile(place.copy))).toBe(true);
  });

  it.each<[string, Fault, string]>([
    ['is out of order', { status: 500 }, 'DEST_UNREACHABLE'],
    ['forbids it', { status: 403 }, 'DEST_FORBIDDEN'],
    ['takes nothing', 'swallow', 'DEST_UNREACHABLE'],
  ])('leaves no parts behind when S3 %s', async (_when, fault, code) => {
    const place = await open({ stallSeconds: fault === 'swallow' ? 0.3 : 10 });
    const { file } = await place.room.fill('out.mp4', 12 * MIB);
    place.s3.fault = first(Infinity, isPart, fault);
    const beforePublish = vi.fn<() => Promise<void>>();
    await expect(
      place.storage.upload(file, uri, { ...free(), ...owner, beforePublish }),
    ).rejects.toMatchObject({ code });
    expect(beforePublish).not.toHaveBeenCalled();
    expect(await place.openUploads()).toEqual([]);
    await place.s3.line.becomesQuiet();
  });

  it('believes the object when the answer that it is complete gets lost', async () => {
    const place = await open();
    const { file } = await place.room.fill('out.mp4', 6 * MIB);
    place.s3.fault = first(1, isComplete, { cutAfter: 0 });
    await place.storage.upload(file, uri, { ...free(), ...owner });
    expect(await place.storage.stat(uri, free())).toMatchObject({ bytes: 6 * MIB });
  });

  it('takes an older attempt of the same job for no success of its own', async () => {
    const place = await open();
    const { file } = await place.room.fill('out.mp4', 6 * MIB);
    await place.storage.upload(file, uri, { ...free(), ...owner, attempt: 2 });
    place.s3.fault = first(Infinity, isComplete, { status: 403 });
    await expect(place.storage.upload(file, uri, { ...free(), ...owner })).rejects.toMatchObject({
      code: 'DEST_FORBIDDEN',
    });
    expect(await place.openUploads()).toEqual([]);
  });

  it('ends an upload that was being opened when the abort came', async () => {
    const place = await open();
    const { file } = await place.room.fill('out.mp4', 6 * MIB);
    const controller = new AbortController();
    const reason = new Error('cancelled');
    place.s3.fault = (request) => {
      if (isCreate(request)) controller.abort(reason);
      return undefined;
    };
    const { signal } = controller;
    await expect(place.storage.upload(file, uri, { signal, ...owner })).rejects.toBe(reason);
    await vi.waitUntil(() => place.sent(({ method }) => method === 'DELETE').length > 0);
    await vi.waitFor(async () => expect(await place.openUploads()).toEqual([]));
  });

  it('leaves no second upload behind when the answer that it has begun gets lost', async () => {
    const place = await open();
    const { file, content } = await place.room.fill('out.mp4', 12 * MIB);
    place.s3.fault = first(1, isCreate, { cutAfter: 0 });
    await place.storage.upload(file, uri, { ...free(), ...owner });
    expect(place.sent(isCreate)).toHaveLength(2);
    expect(await place.openUploads()).toEqual([]);
    await place.storage.download(uri, place.copy, free());
    expect(content.equals(await readFile(place.copy))).toBe(true);
  });

  it('is tried again when somebody else ended it', async () => {
    const place = await open();
    const { file } = await place.room.fill('out.mp4', 12 * MIB);
    const dead = { ...free(), jobId: 'another job', attempts: 1, since: Date.now() };
    const beforePublish = () => place.storage.removeLeftovers(uri, dead);
    await expect(
      place.storage.upload(file, uri, { ...free(), ...owner, beforePublish }),
    ).rejects.toMatchObject({ code: 'DEST_UNREACHABLE', retryable: true });
  });

  it('is left alone by a job that is younger', async () => {
    const place = await open();
    const { file } = await place.room.fill('out.mp4', 12 * MIB);
    const inAnHour = Date.now() + 3_600_000;
    const dead = { ...free(), jobId: 'another job', attempts: 1, since: inAnHour };
    const beforePublish = () => place.storage.removeLeftovers(uri, dead);
    await place.storage.upload(file, uri, { ...free(), ...owner, beforePublish });
    expect(await place.storage.stat(uri, free())).toMatchObject({ bytes: 12 * MIB });
  });

  it('cannot go to a bucket that is not there', async () => {
    const place = await open();
    const { file } = await place.room.fill('out.mp4', 1000);
    const elsewhere = parseMediaUri('s3://no-such-bucket/a.mp4', 'dest_path');
    await expect(
      place.storage.upload(file, elsewhere, { ...free(), ...owner }),
    ).rejects.toMatchObject({ code: 'DEST_FORBIDDEN', retryable: false });
  });
});
