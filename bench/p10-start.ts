import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './anchors/free-port.ts';
import { allInTurn, median, type Figure, type Measurement } from './figure.ts';
import { memoryOf } from './harness/process-usage.ts';
import { ended, waitFor } from '../test/process/installation.ts';

const run = promisify(execFile);
const REPOSITORY = join(import.meta.dirname, '..');
const START_LIMIT_MS = 700;
const MEMORY_LIMIT_MB = 120;
/** What was needed for the start only is given back by then. */
const REST_MS = 5000;

/** How soon a daemon does its work, and how big it is while it has none: as it is shipped, built. */
export const start: Figure = {
  id: 'P10',
  title: 'start of a daemon',
  async measure({ quick }) {
    await using closing = new AsyncDisposableStack();
    const dir = await mkdtemp(join(tmpdir(), 'media-nommer-bench-'));
    closing.defer(() => rm(dir, { recursive: true }));
    await run('npm', ['run', '-s', 'build'], { cwd: REPOSITORY });
    const memory: Record<string, number[]> = { node: [], feederd: [], nommerd: [] };

    const measure = async (name: string, child: ChildProcess, ready: () => Promise<unknown>) => {
      const startedAt = performance.now();
      try {
        await ready();
        const took = performance.now() - startedAt;
        if (!quick) await sleep(REST_MS);
        memory[name]?.push(await memoryOf(child.pid, 'VmRSS'));
        return took;
      } finally {
        child.kill('SIGTERM');
        await ended(child);
      }
    };
    const startProgram = (args: readonly string[], env: Record<string, string> = {}) =>
      spawn(process.execPath, [...args], {
        cwd: dir,
        env: {
          PATH: process.env['PATH'],
          HOME: dir,
          NODE_COMPILE_CACHE: join(dir, 'cache'),
          ...env,
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
    const samples = await allInTurn(quick ? 1 : 7, {
      node: () => {
        const idle = `process.stdout.write('ready'); setInterval(() => {}, 1e6)`;
        const child = startProgram(['-e', idle]);
        return measure('node', child, told(child, 'ready'));
      },
      feederd: async () => {
        const port = await freePort();
        const child = startProgram([join(REPOSITORY, 'dist/feederd/main.js')], {
          ...{ DATA_DIR: join(dir, 'data'), FEEDERD_PORT: String(port) },
          FEEDERD_ALLOW_EC2_LAUNCHES: 'false',
        });
        return measure('feederd', child, () => untilServed(`http://127.0.0.1:${port}/readyz`));
      },
      nommerd: () => {
        const child = startProgram([join(REPOSITORY, 'dist/nommerd/main.js'), '--local'], {
          DATA_DIR: join(dir, 'data'),
        });
        return measure('nommerd', child, told(child, 'nommerd is ready'));
      },
    });

    return (['feederd', 'nommerd'] as const).flatMap((name): Measurement[] => {
      const [startMs, rss] = [median(samples[name]), median(memory[name] ?? [])];
      const row = (
        unit: string,
        what: string,
        anchor: readonly number[],
        ours: readonly number[],
      ) => ({
        unit,
        what,
        anchor: { name: 'node itself', samples: anchor },
        ours: { name, samples: ours },
      });
      return [
        {
          ...row('ms', `${name}, until it is ready`, samples.node, samples[name]),
          result: { text: `${startMs.toFixed(0)} ms`, value: startMs },
          reach: `< ${START_LIMIT_MS} ms`,
          bound: { most: START_LIMIT_MS },
        },
        {
          ...row('MB', `${name}, memory at rest`, memory['node'] ?? [], memory[name] ?? []),
          result: { text: `${rss.toFixed(0)} MB`, value: rss },
          reach: `< ${MEMORY_LIMIT_MB} MB`,
          bound: { most: MEMORY_LIMIT_MB },
        },
      ];
    });
  },
};

/** Asks again and again, closely: it is the time that counts. */
async function untilServed(url: string): Promise<void> {
  await waitFor('feederd to be ready', async () => {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.text();
    return answer?.ok === true;
  });
}

function told(child: ChildProcess, line: string): () => Promise<void> {
  return () =>
    new Promise((resolve) => {
      child.stdout?.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes(line)) resolve();
      });
    });
}
