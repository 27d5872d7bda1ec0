import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { openApi, SUBMISSION } from './open-api.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const HOOK = join(import.meta.dirname, 'client-fixtures/refuse-node-modules.ts');

describe('media-nommer/client in a browser', { timeout: 60_000 }, () => {
  it('needs no module of Node', async () => {
    const open = await openApi();
    onTestFinished(() => open.api.close());
    const url = await open.api.listen({ host: '127.0.0.1', port: 0 });
    const script = `
      import { createClient, verifyWebhook } from 'media-nommer/client';
      const client = createClient({ url: ${JSON.stringify(url)} });
      const [answer] = await client.submitMany([${JSON.stringify(SUBMISSION)}]);
      for await (const { job } of client.watch(answer.job.unique_id)) {
        if (job.job_state === 'PENDING') await client.cancel(job.unique_id);
        else console.log(job.job_state);
      }
      await verifyWebhook('whsec_' + btoa('x'.repeat(24)), {
        'webhook-id': 'id',
        'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
        'webhook-signature': 'v1,' + btoa('y'.repeat(32)),
      }, '{}').catch(({ code }) => console.log(code));
    `;
    const args = ['-C', 'media-nommer:source', '--import', HOOK];
    const { stdout } = await run(
      process.execPath,
      [...args, '--input-type=module', '--eval', script],
      { cwd: ROOT },
    );
    expect(stdout).toBe('CANCELLED\nFORBIDDEN\n');
    expect(packageJson.exports['./client']['media-nommer:source']).toBe('./src/client.ts');
    // What does need one is found out.
    const needy = [...args, join(ROOT, 'src/cli/read-token-file.ts')];
    await expect(run(process.execPath, needy)).rejects.toThrow('is no module of browsers');
  });

  it('has types that need none of Node', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'media-nommer-types-'));
    onTestFinished(() => rm(dir, { recursive: true }));
    const compilerOptions = {
      types: [],
      lib: ['es2024', 'esnext.iterator', 'dom', 'dom.iterable', 'dom.asynciterable'],
    };
    const config = { extends: join(ROOT, 'tsconfig.json'), compilerOptions, include: [] };
    const file = join(dir, 'tsconfig.json');
    await writeFile(file, JSON.stringify({ ...config, files: [join(ROOT, 'src/client.ts')] }));
    const tsc = run(join(ROOT, 'node_modules/.bin/tsc'), ['--noEmit', '-p', file]);
    const { stdout } = await tsc.catch((thrown: unknown) => thrown as { stdout: string });
    expect(stdout).toBe('');
  });
});
