import { expect, it, onTestFinished } from 'vitest';
import { startHttpServer } from '../unit/storage/start-http-server.ts';
import { all, begin, beginWithAccount, ESSENTIAL } from './begin-setup.ts';
import { Installation } from './installation.ts';

/** Where nobody listens. */
const NOBODY = 'http://127.0.0.1:1';

it(
  'creates what is missing, once, and only shows it on a dry run',
  { timeout: 60_000 },
  async () => {
    const { here, setup } = await beginWithAccount();
    expect(await setup('--dry-run')).toEqual(all('missing'));
    expect(await setup('--dry-run')).toEqual(all('missing'));
    expect(await setup()).toEqual(all('created'));
    expect(await setup()).toEqual(all('there'));
    expect(await here.mediaNommer(['setup'])).toMatch(
      /^media_nommer on http:\S+, us-east-1, account \d+\n\n✓ there +table +media_nommer\n[^]*\nNothing to do: all is there.\n$/u,
    );
  },
);

it('gives nodes the buckets that are named, and takes none away', { timeout: 60_000 }, async () => {
  const { account, setup } = await beginWithAccount();
  const policy = () => account.things.get('role policy media_nommer_nommer')?.content;
  await setup();
  expect(policy()).toContain('arn:aws:dynamodb:us-east-1:111122223333:table/media_nommer"');
  expect(policy()).not.toContain('MEDIA_BUCKET');
  const changed = 'role policy media_nommer_nommer changed';
  expect(await setup('--media-bucket', 'inputs')).toContain(changed);
  expect(await setup('--media-bucket', 's3://outputs/')).toContain(changed);
  expect(policy()).toContain('["arn:aws:s3:::inputs/*","arn:aws:s3:::outputs/*"]');
  expect(await setup('--media-bucket', 'inputs', 'outputs')).toEqual(all('there'));
  expect(await setup()).toEqual(all('there'));
});

it("leaves somebody else's role as it is", { timeout: 60_000 }, async () => {
  const { account, setup } = await beginWithAccount({ EC2_IAM_INSTANCE_PROFILE: 'shared' });
  account.things.set('role shared', { tag: ['media-nommer', 'another'] });
  await setup('--media-bucket', 'inputs');
  expect(account.things.has('role policy shared')).toBe(false);
});

it(
  'makes the rest where EC2 cannot be asked, says why, and fails',
  { timeout: 60_000 },
  async () => {
    const { run } = await begin({ EC2_ENDPOINT: NOBODY });
    const { code, steps } = await run();
    expect(code).toBe(1);
    expect(steps.map(({ kind, name, state }) => `${kind} ${name} ${state}`)).toEqual([
      ...ESSENTIAL.map((each) => `${each} created`),
      'security group media_nommer unknown',
      'image ami-1 unknown',
    ]);
    expect(steps.at(-1)?.error).toMatch(/ECONNREFUSED.*EC2_ENDPOINT is http:\/\/127\.0\.0\.1:1/u);
  },
);

it('does not try what needs a thing that could not be made', { timeout: 60_000 }, async () => {
  const { account, run } = await beginWithAccount();
  account.refused.set('CreateRole', 'AccessDenied');
  const { code, steps } = await run();
  expect(code).toBe(1);
  expect(steps.filter(({ error }) => error !== undefined)).toMatchObject([
    { kind: 'role', state: 'failed', error: expect.stringContaining('AccessDenied') as string },
    { kind: 'role policy', state: 'skipped' },
    { kind: 'instance profile', state: 'skipped' },
  ]);
});

it('makes the role that spot instances take, once per account', { timeout: 60_000 }, async () => {
  const { account, setup } = await beginWithAccount({ EC2_MARKET: 'spot-then-on-demand' });
  const role = 'spot role AWSServiceRoleForEC2Spot';
  expect((await setup()).at(-1)).toBe(`${role} created`);
  expect((await setup()).at(-1)).toBe(`${role} there`);
  // Some servers give it another name.
  account.things.delete('role AWSServiceRoleForEC2Spot');
  const path = '/aws-service-role/spot.amazonaws.com/';
  account.things.set('role AWSServiceRoleForspot', { tag: ['', ''], path });
  expect((await setup()).at(-1)).toBe(`${role} there`);
});

it('says once that AWS does not know who asks', { timeout: 60_000 }, async () => {
  const refusing = await startHttpServer((request, response) => {
    request.resume();
    const refusal = {
      ['__type']: 'UnrecognizedClientException',
      message: 'The security token is invalid.',
    };
    response
      .writeHead(400, { 'content-type': 'application/x-amz-json-1.0' })
      .end(JSON.stringify(refusal));
  });
  const { here } = await begin({ DYNAMODB_ENDPOINT: refusing.url });
  await expect(here.mediaNommer(['setup'])).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^✗ .*token is invalid.*log in \(AWS_PROFILE.*\n$/u) as string,
  });
});

it('says that one machine needs no setup', { timeout: 60_000 }, async () => {
  const here = await Installation.create();
  onTestFinished(() => here.destroy());
  await expect(here.mediaNommer(['setup'])).rejects.toMatchObject({
    stderr: expect.stringContaining('BACKEND') as string,
  });
});
