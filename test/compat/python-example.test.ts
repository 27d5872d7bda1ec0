import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApi, SUBMISSION, type OpenApi } from '../component/open-api.ts';

const EXAMPLE = join(import.meta.dirname, '../../docs/examples/job_status.py');
const hasPython = spawnSync('python3', ['--version']).status === 0;

let open: OpenApi;
let url: string;

beforeAll(async () => {
  open = await openApi();
  url = await open.api.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(() => open.api.close());

describe.skipIf(!hasPython)('the Python example of docs/migration-from-2012.md', () => {
  const ask = async (id: string) =>
    (await promisify(execFile)('python3', [EXAMPLE, url, id])).stdout.trim();

  it('tells a job’s state', async () => {
    const payload = SUBMISSION;
    const answer = await open.api.inject({ method: 'POST', url: '/job/submit/', payload });
    expect(await ask(answer.json<{ job_id: string }>().job_id)).toBe('PENDING');
  });

  it('hears why there is none', async () => {
    expect(await ask('0123456789abcdef')).toBe('There is no job 0123456789abcdef');
  });
});
