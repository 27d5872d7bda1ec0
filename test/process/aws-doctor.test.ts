import { expect, it, onTestFinished } from 'vitest';
import type { Check } from '../../src/cli/doctor/check.ts';
import { startAccountServer } from '../doubles/start-account-server.ts';
import { startHttpServer } from '../unit/storage/start-http-server.ts';
import { Installation } from './installation.ts';
import { jsonLines, runCli } from './run-cli.ts';
import { startAws } from './start-aws.ts';

const OF_AWS = ['table', 'queue', 'bucket', 'group', 'image', 'role', 'policy', 'profile'];
const ABOUT_AWS = [...OF_AWS, 'AWS', 'rights', 'looking', 'ffmpeg'];

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
    return (jsonLines(run) as Check[]).filter(({ name }) => ABOUT_AWS.includes(name));
  };
  const things = async () => (await doctor()).filter(({ name }) => OF_AWS.includes(name));
  const screen = async () => (await runCli(['doctor'], { cwd: here.dir, env: all })).stdout;
  return { aws, account, here, doctor, things, screen };
}

it('tells what is missing and what makes it', { timeout: 60_000 }, async () => {
  const { here, things, screen } = await begin();
  const before = await things();
  expect(before).toHaveLength(12);
  for (const { name, verdict, advice } of before) {
    expect(verdict).toBe(name === 'image' ? 'ok' : 'problem');
    if (name !== 'image') expect(advice).toContain('setup');
  }
  // The same advice is given once.
  expect((await screen()).match(/: npm run media-nommer -- setup$/gmu)).toHaveLength(1);
  await here.mediaNommer(['setup']);
  expect((await things()).map(({ verdict }) => verdict)).toEqual(before.map(() => 'ok'));
});

it('tries what feederd does, and tells which right lacks', { timeout: 60_000 }, async () => {
  const { account, here, doctor } = await begin();
  await here.mediaNommer(['setup']);
  expect((await doctor()).filter(({ name }) => name === 'rights')).toEqual([
    {
      name: 'rights',
      verdict: 'ok',
      found: expect.stringMatching(
        /^may dynamodb:GetItem, dynamodb:Query, .*ec2:RunInstances\. Not tried, .*s3:PutObject/u,
      ) as string,
    },
  ]);
  account.refused.set('RunInstances', 'UnauthorizedOperation');
  account.refused.set('GetRole', 'AccessDenied');
  const checks = await doctor();
  expect(checks).toContainEqual({
    name: 'rights',
    verdict: 'problem',
    found: 'ec2:RunInstances lacks, for instance "new"',
    advice: expect.stringContaining('--print-policy feederd') as string,
  });
  expect(checks).toContainEqual(
    expect.objectContaining({
      name: 'looking',
      verdict: 'warning',
      found: 'not allowed at "media_nommer_nommer"',
    }),
  );
});

it('names the setting that EC2 does not like', { timeout: 60_000 }, async () => {
  const { account, doctor } = await begin({ EC2_KEY_NAME: 'lost' });
  account.refused.set('RunInstances', 'InvalidKeyPair.NotFound');
  expect(await doctor()).toContainEqual(
    expect.objectContaining({
      name: 'rights',
      verdict: 'problem',
      found: expect.stringMatching(/EC2_KEY_NAME: .*received lost/u) as string,
    }),
  );
});

it(
  "needs no FFmpeg on feederd's machine, and names the endpoint that is silent",
  { timeout: 60_000 },
  async () => {
    const { doctor } = await begin({
      FFMPEG_PATH: '/nowhere/ffmpeg',
      SQS_ENDPOINT: 'http://127.0.0.1:1',
    });
    const checks = await doctor();
    expect(checks).toContainEqual(expect.objectContaining({ name: 'ffmpeg', verdict: 'warning' }));
    expect(checks).toContainEqual(
      expect.objectContaining({
        name: 'queue',
        verdict: 'problem',
        found: expect.stringMatching(
          /^"media_nommer" .*SQS_ENDPOINT is http:\/\/127\.0\.0\.1:1/u,
        ) as string,
      }),
    );
  },
);

it('tells of an image that is none', { timeout: 60_000 }, async () => {
  const { doctor } = await begin({ EC2_AMI_ID: 'ami-2' });
  expect(await doctor()).toContainEqual(
    expect.objectContaining({ name: 'image', verdict: 'problem', found: 'there is no "ami-2"' }),
  );
});

it.each([
  {
    says: 'AccessDeniedException',
    message: 'User: u is not authorized to perform: dynamodb:DescribeTable on resource: r',
    check: {
      name: 'rights',
      verdict: 'problem',
      found: 'dynamodb:DescribeTable lacks, for table "media_nommer"',
    },
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
