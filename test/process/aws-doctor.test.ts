import { expect, it, onTestFinished } from 'vitest';
import type { Check } from '../../src/cli/doctor/check.ts';
import { startAccountServer } from '../doubles/start-account-server.ts';
import { startHttpServer } from '../unit/storage/start-http-server.ts';
import { Installation } from './installation.ts';
import { jsonLines, runCli } from './run-cli.ts';
import { startAws } from './start-aws.ts';

const OF_AWS = ['AWS', 'table', 'queue', 'bucket', 'group', 'image', 'role', 'policy', 'profile'];

async function begin(env: Record<string, string> = {}) {
  const aws = await startAws({});
  const account = await startAccountServer();
  const all = { ...aws.env, ...account.env, ...env };
  const here = await Installation.create(all);
  onTestFinished(async () => {
    await here.destroy();
    await account.close();
    await aws.close();
  });
  const doctor = async (): Promise<readonly Check[]> => {
    const run = await runCli(['doctor', '--json'], { cwd: here.dir, env: all });
    return (jsonLines(run) as Check[]).filter(({ name }) => OF_AWS.includes(name));
  };
  return { here, doctor };
}

it('tells what is missing and what makes it', { timeout: 60_000 }, async () => {
  const { here, doctor } = await begin();
  const before = await doctor();
  expect(before).toHaveLength(12);
  for (const { name, verdict, advice } of before) {
    expect(verdict).toBe(name === 'image' ? 'ok' : 'problem');
    if (name !== 'image') expect(advice).toContain('setup');
  }
  await here.mediaNommer(['setup']);
  expect((await doctor()).map(({ verdict }) => verdict)).toEqual(before.map(() => 'ok'));
});

it('tells of an image that is none', { timeout: 60_000 }, async () => {
  const { doctor } = await begin({ EC2_AMI_ID: 'ami-2' });
  expect(await doctor()).toContainEqual(
    expect.objectContaining({ name: 'image', verdict: 'problem', found: 'there is no ami-2' }),
  );
});

it.each([
  {
    says: 'AccessDeniedException',
    message: 'User: u is not authorized to perform: dynamodb:DescribeTable on resource: r',
    check: { name: 'table', verdict: 'warning', advice: expect.stringContaining('DescribeTable') },
  },
  {
    says: 'UnrecognizedClientException',
    message: 'The security token included in the request is invalid.',
    check: { name: 'AWS', verdict: 'problem', advice: expect.stringContaining('role') },
  },
])('tells what $says is about', { timeout: 60_000 }, async ({ says, message, check }) => {
  const refusing = await startHttpServer((request, response) => {
    request.resume();
    response
      .writeHead(400, { 'content-type': 'application/x-amz-json-1.0' })
      .end(JSON.stringify({ __type: `com.amazon.coral.service#${says}`, message }));
  });
  const { doctor } = await begin({ DYNAMODB_ENDPOINT: refusing.url });
  expect(await doctor()).toContainEqual(expect.objectContaining(check));
});
