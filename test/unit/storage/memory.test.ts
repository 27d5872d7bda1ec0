import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { StorageSettings } from '../../../src/storage/create-storage.ts';
import { LOOPBACK } from '../../doubles/loopback.ts';
import type { Move } from './move-and-measure.ts';
import { openWorkroom } from './open-workroom.ts';
import { startHttpServer } from './start-http-server.ts';
import { startS3 } from './start-s3.ts';

const MIB = 1024 * 1024;
/** Set STORAGE_TEST_MIB to move more, and to be told the figures. */
const BYTES = Number(process.env['STORAGE_TEST_MIB'] ?? 200) * MIB;
/** Under half the file, over what buffers and garbage take (some 70 MiB). */
const FLAT = 95 * MIB;

const settings: StorageSettings = {
  fileRoots: [],
  dataDir: '/nowhere/data',
  maxSourceBytes: 100_000 * MIB,
  httpStallSeconds: 30,
  httpAllowedNetworks: LOOPBACK,
  awsRegion: 'us-east-1',
  s3Endpoint: undefined,
  awsAccessKeyId: 'id',
  awsSecretAccessKey: 'secret',
};

async function open() {
  const room = await openWorkroom();
  const big = join(room.path, 'big');
  const small = join(room.path, 'small');
  await Promise.all([writeFile(big, ''), writeFile(small, 'small')]);
  await truncate(big, BYTES);
  return { room, big, small, copy: join(room.path, 'copy'), warm: join(room.path, 'warm') };
}

/** Moves in a process of its own. @returns by how many bytes its memory grew at most */
async function grownBy(move: Move): Promise<number> {
  const program = join(import.meta.dirname, 'move-and-measure.ts');
  const run = promisify(execFile)(process.execPath, [program, JSON.stringify(move)]);
  const report = JSON.parse((await run).stdout) as { grownBytes: number; milliseconds: number };
  const { grownBytes, milliseconds } = report;
  const name = `${move.direction} ${new URL(move.uri).protocol}`;
  if (process.env['STORAGE_TEST_MIB']) {
    const speed = BYTES / MIB / (milliseconds / 1000);
    process.stdout.write(
      `${name} ${BYTES / MIB} MiB: +${(grownBytes / MIB).toFixed(0)} MiB, ${speed.toFixed(0)} MiB/s\n`,
    );
  }
  return grownBytes;
}

describe('memory stays flat', { timeout: 300_000 }, () => {
  it('from file to file', async () => {
    const { room, big, small, copy, warm } = await open();
    const own = { ...settings, fileRoots: [room.path] };
    const move = {
      settings: own,
      direction: 'download',
      uri: `file://${big}`,
      file: copy,
    } as const;
    const warmUp = { uri: `file://${small}`, file: warm };
    expect(await grownBy({ ...move, warmUp })).toBeLessThan(FLAT);
    expect((await stat(copy)).size).toBe(BYTES);
    await mkdir(join(room.path, 'out'));
    const out = `file://${join(room.path, 'out/big')}`;
    const up = { settings: own, direction: 'upload', uri: out, file: big } as const;
    const warmOut = { uri: `file://${join(room.path, 'out/small')}`, file: small };
    expect(await grownBy({ ...up, warmUp: warmOut })).toBeLessThan(FLAT);
  });

  it('from http to file', async () => {
    const { big, small, copy, warm } = await open();
    const server = await startHttpServer((request, response) => {
      createReadStream(request.url === '/big' ? big : small).pipe(response);
    });
    const move = { settings, direction: 'download', uri: `${server.url}/big`, file: copy } as const;
    const warmUp = { uri: `${server.url}/small`, file: warm };
    expect(await grownBy({ ...move, warmUp })).toBeLessThan(FLAT);
    expect((await stat(copy)).size).toBe(BYTES);
  });

  it('from file to http', async () => {
    const { big, small } = await open();
    let taken = 0;
    const server = await startHttpServer((request, response) => {
      request.on('data', (chunk: Buffer) => (taken += chunk.length));
      request.on('end', () => response.end());
    });
    const move = { settings, direction: 'upload', uri: `${server.url}/big`, file: big } as const;
    const warmUp = { uri: `${server.url}/small`, file: small };
    expect(await grownBy({ ...move, warmUp })).toBeLessThan(FLAT);
    expect(taken).toBe(BYTES + 5);
  });

  it('to S3 and back', async () => {
    const { big, small, copy, warm } = await open();
    const s3 = await startS3('media');
    const own = { ...settings, s3Endpoint: s3.server.address };
    const up = { settings: own, direction: 'upload', uri: 's3://media/big', file: big } as const;
    const warmUp = { uri: 's3://media/small', file: small };
    expect(await grownBy({ ...up, warmUp })).toBeLessThan(FLAT);
    const down = { ...up, direction: 'download', file: copy } as const;
    const warmDown = { uri: 's3://media/small', file: warm };
    expect(await grownBy({ ...down, warmUp: warmDown })).toBeLessThan(FLAT);
    expect((await stat(copy)).size).toBe(BYTES);
  });
});
