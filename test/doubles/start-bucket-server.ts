import { once } from 'node:events';
import {
  createServer,
  request as forward,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { startFauxqs } from 'fauxqs';

/** One version of an object, or the mark that it was deleted. */
export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string;
  readonly isMarker?: boolean;
}

export interface OpenUpload {
  readonly key: string;
  readonly uploadId: string;
}

export interface BucketServer {
  readonly endpoint: string;
  /** By bucket: its tags, as XML. */
  readonly tags: Map<string, string>;
  /** Of the one bucket: what else was put of what fauxqs lacks, as XML; by its name in the query. */
  readonly subresources: Map<string, string>;
  /** Of the one bucket that has versions; a server without versions when it is undefined. */
  versions: ObjectVersion[] | undefined;
  /** Uploads that were begun and not ended. */
  readonly uploads: OpenUpload[];
  close(): Promise<void>;
}

/** S3 by fauxqs, and before it what fauxqs lacks: tags, versions and the list of uploads, in pages of one. */
export async function startBucketServer(): Promise<BucketServer> {
  const fauxqs = await startFauxqs({ port: 0, logger: false });
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bucketServer: BucketServer = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tags: new Map(),
    subresources: new Map(),
    versions: undefined,
    uploads: [],
    async close() {
      server.close();
      server.closeAllConnections();
      await fauxqs.stop();
    },
  };
  return bucketServer;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const own = reply(bucketServer, request, body.toString());
    if (own !== undefined) {
      response.writeHead(own.status, { 'content-type': 'application/xml' }).end(own.xml);
      return;
    }
    const { method, url: path, headers } = request;
    const onward = forward({ host: '127.0.0.1', port: fauxqs.port, method, path, headers });
    onward.on('response', (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(response);
    });
    onward.end(body);
  }
}

const SUBRESOURCES = [
  ['publicAccessBlock', 'NoSuchPublicAccessBlockConfiguration'],
  ['encryption', 'ServerSideEncryptionConfigurationNotFoundError'],
] as const;

interface Reply {
  readonly status: number;
  readonly xml?: string;
}

/** @returns undefined for what fauxqs knows */
function reply(state: BucketServer, request: IncomingMessage, body: string): Reply | undefined {
  const { pathname, searchParams: query } = new URL(request.url ?? '', 'http://s3');
  const [, bucket = '', key = ''] = pathname.split('/');
  const [name, none] = SUBRESOURCES.find(([each]) => query.has(each)) ?? [];
  if (name !== undefined && request.method === 'PUT') {
    state.subresources.set(name, body);
    return { status: 200 };
  }
  if (name !== undefined) {
    const xml = state.subresources.get(name);
    return xml === undefined ? refusal(404, none ?? '') : { status: 200, xml };
  }
  switch (request.method ?? '') {
    case 'PUT':
      if (!query.has('tagging')) return undefined;
      state.tags.set(bucket, body);
      return { status: 204 };
    case 'GET':
      if (query.has('tagging')) {
        const xml = state.tags.get(bucket);
        return xml === undefined ? refusal(404, 'NoSuchTagSet') : { status: 200, xml };
      }
      if (query.has('versions') && state.versions !== undefined) {
        return { status: 200, xml: versionPage(state.versions, query) };
      }
      if (query.has('uploads') && key === '') {
        return { status: 200, xml: uploadPage(state.uploads, query) };
      }
      return undefined;
    case 'DELETE': {
      const upload = state.uploads.findIndex(({ uploadId }) => uploadId === query.get('uploadId'));
      if (upload !== -1) state.uploads.splice(upload, 1);
      if (state.versions === undefined || query.has('uploadId')) return undefined;
      if (key !== '') return deleteObject(state.versions, key, query.get('versionId'));
      return state.versions.length > 0 ? refusal(409, 'BucketNotEmpty') : undefined;
    }
    default:
      return undefined;
  }
}

function deleteObject(versions: ObjectVersion[], key: string, id: string | null) {
  if (id === null) {
    versions.unshift({ key, versionId: `marker-${versions.length}`, isMarker: true });
    return undefined;
  }
  const index = versions.findIndex((each) => each.key === key && each.versionId === id);
  if (index !== -1) versions.splice(index, 1);
  // fauxqs has one object for all of its versions.
  return versions.some((each) => each.key === key) ? { status: 204 } : undefined;
}

function versionPage(versions: readonly ObjectVersion[], query: URLSearchParams): string {
  const marker = query.get('version-id-marker');
  const index = versions.findIndex(({ versionId }) => versionId === marker) + 1;
  const item = versions[index];
  if (item === undefined)
    return '<ListVersionsResult><IsTruncated>false</IsTruncated></ListVersionsResult>';
  const { key, versionId, isMarker } = item;
  const element = isMarker ? 'DeleteMarker' : 'Version';
  const next = `<NextKeyMarker>${key}</NextKeyMarker><NextVersionIdMarker>${versionId}</NextVersionIdMarker>`;
  return (
    `<ListVersionsResult><IsTruncated>${index + 1 < versions.length}</IsTruncated>${next}` +
    `<${element}><Key>${key}</Key><VersionId>${versionId}</VersionId></${element}></ListVersionsResult>`
  );
}

function uploadPage(uploads: readonly OpenUpload[], query: URLSearchParams): string {
  const marker = query.get('upload-id-marker');
  const index = uploads.findIndex(({ uploadId }) => uploadId === marker) + 1;
  const item = uploads[index];
  if (item === undefined) return '<ListMultipartUploadsResult/>';
  const { key, uploadId } = item;
  return (
    `<ListMultipartUploadsResult><IsTruncated>${index + 1 < uploads.length}</IsTruncated>` +
    `<NextKeyMarker>${key}</NextKeyMarker><NextUploadIdMarker>${uploadId}</NextUploadIdMarker>` +
    `<Upload><Key>${key}</Key><UploadId>${uploadId}</UploadId></Upload></ListMultipartUploadsResult>`
  );
}

function refusal(status: number, code: string): Reply {
  return { status, xml: `<Error><Code>${code}</Code><Message>${code}</Message></Error>` };
}
