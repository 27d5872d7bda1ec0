import type { IncomingMessage } from 'node:http';

/** So few that whoever lists two without saying how many must ask for the next page. */
const PAGE = '1';

/**
 * Uploads in parts that were begun and not ended, as S3 lists them (`GET /bucket?uploads`): the server
 * of the tests knows no such call. Learns of them from what passes on the line.
 */
export class OpenUploads {
  readonly #uploads = new Map<string, { readonly key: string; readonly initiated: string }>();

  /** @returns what S3 would answer, to a request for the list */
  answer({ method, url }: IncomingMessage): string | undefined {
    const { key, query } = addressOf(url);
    if (method !== 'GET' || key !== '' || !query.has('uploads')) return undefined;
    const prefix = query.get('prefix') ?? '';
    const after = query.get('upload-id-marker') ?? '';
    const all = [...this.#uploads]
      .filter(([, upload]) => upload.key.startsWith(prefix))
      .filter(([id, upload]) => `${upload.key} ${id}` > `${query.get('key-marker') ?? ''} ${after}`)
      .toSorted(([a, { key: of }], [b, { key: other }]) =>
        `${of} ${a}` < `${other} ${b}` ? -1 : 1,
      );
    const page = all.slice(0, Number(query.get('max-uploads') ?? PAGE));
    const [lastId, last] = page.at(-1) ?? [];
    const uploads = page.map(
      ([id, upload]) =>
        `<Upload><Key>${escape(upload.key)}</Key><UploadId>${id}</UploadId>` +
        `<Initiated>${upload.initiated}</Initiated></Upload>`,
    );
    const next =
      last === undefined || page.length === all.length
        ? '<IsTruncated>false</IsTruncated>'
        : `<IsTruncated>true</IsTruncated><NextKeyMarker>${escape(last.key)}</NextKeyMarker>` +
          `<NextUploadIdMarker>${lastId}</NextUploadIdMarker>`;
    return (
      '<?xml version="1.0" encoding="UTF-8"?>' +
      '<ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
      `${next}${uploads.join('')}</ListMultipartUploadsResult>`
    );
  }

  /** Whether the answer to this request has to be `heard`. */
  concerns({ method, url }: IncomingMessage): boolean {
    const { query } = addressOf(url);
    return (method === 'POST' && query.has('uploads')) || isEnd(method, query);
  }

  heard({ method, url }: IncomingMessage, status: number, body: string): void {
    if (status >= 300) return;
    const { key, query } = addressOf(url);
    if (isEnd(method, query)) this.#uploads.delete(query.get('uploadId') ?? '');
    const [, id] = /<UploadId>([^<]+)</u.exec(body) ?? [];
    if (query.has('uploads') && id !== undefined) {
      this.#uploads.set(id, { key, initiated: new Date().toISOString() });
    }
  }
}

function isEnd(method: string | undefined, query: URLSearchParams): boolean {
  return query.has('uploadId') && (method === 'POST' || method === 'DELETE');
}

function addressOf(url = ''): { key: string; query: URLSearchParams } {
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const [, , ...key] = pathname.split('/');
  return { key: decodeURIComponent(key.join('/')), query: searchParams };
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
