import { mkdir, mkdtemp, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apiTokens } from '../../src/conf/api-tokens.ts';
import type { MediaFacts } from '../../src/core/media-facts.ts';
import { openOutputs } from '../../src/feederd/open-outputs.ts';
import { makeJob } from '../doubles/make-job.ts';
import { openApi, type OpenApi } from './open-api.ts';

const FACTS: MediaFacts = {
  size: 10,
  format: null,
  duration: null,
  bitRate: null,
  video: null,
  audio: null,
};
const KEY = { id: 'AKIAEXAMPLEEXAMPLE', secret: 'a+secret/of/forty/characters' };
const TOKEN = 'ops-token-0123456789';
const HEADERS = { authorization: `Bearer ${TOKEN}` };

let dir: string;
let open: OpenApi;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'outputs-'));
  open = await openApi({
    settings: {
      apiTokens: apiTokens.schema.parse([
        { name: 'ops', token: TOKEN },
        { name: 'shop', token: 'shop-token-0123456789', onlyOwn: true },
        { name: 'writer', token: 'writer-token-0123456789', scopes: ['submit'] },
      ]),
    },
    outputs: openOutputs({
      fileRoots: [join(dir, 'media')],
      dataDir: join(dir, 'media/data'),
      httpStallSeconds: 5,
      awsRegion: 'eu-central-1',
      s3Endpoint: undefined,
      awsAccessKeyId: 'AKIAOFTHESETTINGS',
      awsSecretAccessKey: 'secret-of-the-settings',
      storageBackends: { vault: './vault.ts' },
    }),
  });
  for (const folder of ['media', 'media/data', 'outside']) {
    await mkdir(join(dir, folder));
  }
});

afterEach(async () => {
  await open.api.close();
  await rm(dir, { recursive: true });
});

/** A finished job whose outputs are there. @returns where its first output is served */
async function finished(...uris: string[]): Promise<string> {
  const sizes = uris.map((uri) => stat(uri.replace('file://', '')).catch(() => FACTS));
  const outputs = await Promise.all(
    uris.map(async (uri, index) => ({ ...FACTS, uri, size: (await sizes[index])?.size ?? 0 })),
  );
  const result = { source: null, outputs };
  const uniqueId = `job-${Math.random().toString(16).slice(2)}`;
  const job = makeJob({ uniqueId, jobState: 'FINISHED', result, submitter: 'ops' });
  await open.backend.store.create(job);
  return `/jobs/${uniqueId}/outputs/0`;
}

async function inMedia(name: string, content = '0123456789'): Promise<string> {
  await writeFile(join(dir, 'media', name), content);
  return `file://${join(dir, 'media', name)}`;
}

const get = (url: string, headers: Record<string, string> = {}) =>
  open.api.inject({ url, headers: { ...HEADERS, ...headers } });

describe('an output in a file', () => {
  it('is given whole, as what its name says and nothing that runs', async () => {
    const url = await finished(await inMedia('my clip.mp4'), await inMedia('poster.jpg', 'jpeg'));
    const answer = await get(url);
    expect([answer.statusCode, answer.body]).toEqual([200, '0123456789']);
    expect(answer.headers).toMatchObject({
      'content-type': 'video/mp4',
      'content-length': '10',
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, no-cache',
    });
    expect(answer.headers['content-security-policy']).toContain('sandbox');
    const second = await get(url.replace(/0$/, '1'));
    expect([second.headers['content-type'], second.body]).toEqual(['image/jpeg', 'jpeg']);
  });

  it.each(['page.html', 'picture.svg', 'script.js', 'x.xml', 'noname'])(
    'is no page, even as %s',
    async (name) => {
      const answer = await get(await finished(await inMedia(name, '<script>alert(1)</script>')));
      expect(answer.headers['content-type']).toBe('application/octet-stream');
    },
  );

  it('is given by parts, as players ask for them', async () => {
    const url = await finished(await inMedia('a.mp4'));
    const part = await get(url, { range: 'bytes=2-5' });
    expect([part.statusCode, part.body, part.headers['content-range']]).toEqual([
      206,
      '2345',
      'bytes 2-5/10',
    ]);
    const beyond = await get(url, { range: 'bytes=10-' });
    expect([beyond.statusCode, beyond.headers['content-range']]).toEqual([416, 'bytes */10']);
    const { etag } = part.headers;
    const same = await get(url, { range: 'bytes=8-', 'if-range': String(etag) });
    expect([same.statusCode, same.body]).toEqual([206, '89']);
    await utimes(join(dir, 'media/a.mp4'), 1, 1);
    const other = await get(url, { range: 'bytes=1-', 'if-range': String(etag) });
    expect([other.statusCode, other.body]).toEqual([200, '0123456789']);
  });

  it("is not given when something else has taken its place, as another job's output", async () => {
    const url = await finished(await inMedia('a.mp4'));
    await inMedia('a.mp4', 'of somebody else');
    const answer = await get(url);
    expect(answer.json()).toMatchObject({
      error_code: 'UNKNOWN_OUTPUT',
      detail: 'The output has been replaced since: its size differs',
    });
    expect(answer.body).not.toContain('somebody');
  });

  it('may be empty', async () => {
    const answer = await get(await finished(await inMedia('a.mp4', '')));
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
  });

  it('is not there outside FILE_ROOTS, behind links out of them, in DATA_DIR, or gone', async () => {
    await writeFile(join(dir, 'outside/a.mp4'), 'secret');
    await writeFile(join(dir, 'media/data/a.mp4'), 'secret');
    await symlink(join(dir, 'outside/a.mp4'), join(dir, 'media/link.mp4'));
    for (const path of ['outside/a.mp4', 'media/data/a.mp4', 'media/link.mp4', 'media/gone.mp4']) {
      const answer = await get(await finished(`file://${join(dir, path)}`));
      expect(answer.statusCode).toBe(404);
      expect(answer.json()).toMatchObject({ error_code: 'UNKNOWN_OUTPUT' });
      expect(answer.body).not.toContain('secret');
    }
  });
});

describe('an output at S3', () => {
  it('is where its own credentials sign for it, for a while, as what its name says', async () => {
    const answer = await get(await finished(`s3://${KEY.id}:${KEY.secret}@films/my out.webm`));
    expect(answer.statusCode).toBe(302);
    const url = new URL(String(answer.headers.location));
    expect(url.host).toBe('films.s3.eu-central-1.amazonaws.com');
    expect(url.pathname).toBe('/my%20out.webm');
    expect(url.searchParams.get('X-Amz-Credential')).toContain(KEY.id);
    expect(url.searchParams.get('response-content-type')).toBe('video/webm');
    expect(Number(url.searchParams.get('X-Amz-Expires'))).toBeLessThanOrEqual(4 * 3600);
    expect(url.href).not.toContain('secret');
  });

  it('is signed for by those of the settings else', async () => {
    const answer = await get(await finished('s3://films/out.mp4'));
    expect(String(answer.headers.location)).toContain('AKIAOFTHESETTINGS');
  });
});

describe('an output', () => {
  it.each(['https://example.org/out.mp4', 'vault://shelf/out.mp4'])(
    '%s is not shown by feederd, which says so',
    async (uri) => {
      const answer = await get(await finished(uri));
      expect(answer.json()).toMatchObject({ status: 404, error_code: 'UNKNOWN_OUTPUT' });
    },
  );

  it('has its number, of a job that is finished', async () => {
    const url = await finished(await inMedia('a.mp4'));
    for (const index of ['1', '-1', '00000', 'x', '0.5', '__proto__', 'length']) {
      const answer = await get(url.replace(/0$/, index));
      expect([index, answer.statusCode]).toEqual([index, 404]);
    }
    await open.backend.store.create(makeJob({ uniqueId: 'waiting' }));
    expect((await get('/jobs/waiting/outputs/0')).json()).toMatchObject({
      error_code: 'UNKNOWN_OUTPUT',
    });
    expect((await get('/jobs/unknown/outputs/0')).json()).toMatchObject({
      error_code: 'UNKNOWN_JOB',
    });
  });

  it('is for who may see the job, and may read at all', async () => {
    const url = await finished(await inMedia('a.mp4'));
    const by = (token: string) =>
      get(url, { authorization: `Bearer ${token}` }).then(({ statusCode }) => statusCode);
    expect(await by('shop-token-0123456789')).toBe(404);
    expect(await by('writer-token-0123456789')).toBe(403);
    expect((await open.api.inject({ url })).statusCode).toBe(401);
  });
});
