import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startChild } from './anchors/start-child.ts';
import { inTurn, median, ratio, type Figure, type Measurement } from './figure.ts';
import { startSink } from './modules/start-sink.ts';

const run = promisify(execFile);
const MEMORY_LIMIT_MB = 200;

/** One way to move the file, by media-nommer and by a plain tool. */
interface Way {
  readonly what: string;
  readonly tool: readonly [string, ...string[]];
  readonly move: 'download' | 'upload';
  readonly uri: string;
  readonly file: string;
}

/** How fast large files come and go, and how big a node gets by it. */
export const transfer: Figure = {
  id: 'P6',
  title: 'a file of 1 GiB',
  async measure({ quick }) {
    await using closing = new AsyncDisposableStack();
    const dir = await mkdtemp(join(tmpdir(), 'media-nommer-bench-'));
    closing.defer(() => rm(dir, { recursive: true }));
    const source = join(dir, 'source');
    const copy = join(dir, 'copy');
    const megabytes = quick ? 16 : 1024;
    await fill(source, megabytes);
    const sink = await startSink(source);
    closing.defer(() => sink.close());
    const env = {
      DATA_DIR: join(dir, 'data'),
      FILE_ROOTS: dir,
      HTTP_ALLOWED_NETWORKS: '127.0.0.1',
      S3_ENDPOINT: sink.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'key',
    };
    const ways: readonly Way[] = [
      {
        what: 'download from file://, beside cp',
        tool: ['cp', '--reflink=auto', source, copy],
        move: 'download',
        uri: `file://${source}`,
        file: copy,
      },
      {
        what: 'download from http://, beside curl',
        tool: ['curl', '-s', '-o', copy, `${sink.url}/file`],
        move: 'download',
        uri: `${sink.url}/file`,
        file: copy,
      },
      {
        what: 'upload to s3:// in parts, beside curl -T',
        tool: ['curl', '-s', '-T', source, `${sink.url}/file`],
        move: 'upload',
        uri: 's3://bucket/file',
        file: source,
      },
    ];
    const measurements: Measurement[] = [];
    for (const way of ways) measurements.push(...(await compare(way)));
    return measurements;

    async function compare({ what, tool, move, uri, file }: Way): Promise<Measurement[]> {
      const [program, ...args] = tool;
      const peaks: number[] = [];
      const byTool = async () => {
        const startedAt = performance.now();
        await run(program, args);
        const took = performance.now() - startedAt;
        await rm(copy, { force: true });
        return (1000 * megabytes) / took;
      };
      const byUs = async () => {
        const child = await startChild<{ ms: number; peakMb: number }>('../modules/mover.ts', [
          ...[JSON.stringify(env), move, uri, file],
        ]);
        await child.close();
        await rm(copy, { force: true });
        peaks.push(child.first.peakMb);
        return (1000 * megabytes) / child.first.ms;
      };
      const { a, b } = await inTurn(quick ? 1 : 4, byTool, byUs);
      const anchor = { name: program, samples: a };
      const ours = { name: 'media-nommer', samples: b };
      const peak = median(peaks);
      return [
        {
          ...{ unit: 'MiB/s', what, anchor, ours, result: ratio(ours, anchor) },
          reach: '≥ × 0.8',
          bound: { least: 0.8 },
        },
        {
          ...{ unit: 'MB', what: `${what.split(',', 1)[0]}: memory at most` },
          anchor: { name: '–', samples: [] },
          ours: { name: 'process', samples: peaks },
          result: { text: `${peak.toFixed(0)} MB`, value: peak },
          reach: `< ${MEMORY_LIMIT_MB} MB`,
          bound: { most: MEMORY_LIMIT_MB },
        },
      ];
    }
  },
};

/** Something that no disk can make smaller. */
async function fill(file: string, megabytes: number): Promise<void> {
  const block = crypto.getRandomValues(new Uint8Array(2 ** 16));
  const mebibyte = Buffer.concat(Array<Uint8Array>(16).fill(block));
  const handle = await open(file, 'w');
  try {
    for (let written = 0; written < megabytes; written += 1) {
      mebibyte.writeUInt32LE(written);
      await handle.write(mebibyte);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}
