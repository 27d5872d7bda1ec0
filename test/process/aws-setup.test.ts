import { expect, it, onTestFinished } from 'vitest';
import { startAccountServer } from '../doubles/start-account-server.ts';
import { Installation } from './installation.ts';
import { startAws } from './start-aws.ts';

const ESSENTIAL = [
  'table media_nommer',
  'table media_nommer_ec2nommer_state',
  'queue media_nommer_dead',
  'queue media_nommer',
  'queue media_nommer_jstate_dead',
  'queue media_nommer_jstate',
  'bucket settings',
];
const OF_ROLE = [
  'role media_nommer_nommer',
  'role policy media_nommer_nommer',
  'instance profile media_nommer_nommer',
];

async function begin(env: Record<string, string> = {}) {
  const aws = await startAws({});
  const here = await Installation.create({ ...aws.env, ...env });
  onTestFinished(async () => {
    await here.destroy();
    await aws.close();
  });
  const setup = async (...args: string[]) => {
    const text = await here.mediaNommer(['setup', '--json', ...args]);
    const steps = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>);
    return steps.map(({ kind, name, state }) => `${kind} ${name} ${state}`);
  };
  return { here, setup };
}

async function beginWithAccount(env: Record<string, string> = {}) {
  const account = await startAccountServer();
  onTestFinished(() => account.close());
  return { account, ...(await begin({ ...account.env, ...env })) };
}

const all = (state: string) => [
  ...ESSENTIAL.map((each) => `${each} ${state}`),
  `security group media_nommer ${state}`,
  'image ami-1 there',
  ...OF_ROLE.map((each) => `${each} ${state}`),
];

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
      /^KIND +NAME +STATE\ntable +media_nommer +there/,
    );
  },
);

it('gives nodes the buckets that are named, and takes none away', { timeout: 60_000 }, async () => {
  const { account, setup } = await beginWithAccount();
  const policy = () => account.things.get('role policy media_nommer_nommer')?.content;
  await setup();
  expect(policy()).toContain('arn:aws:dynamodb:us-east-1:111122223333:table/media_nommer"');
  expect(policy()).not.toContain('MEDIA_BUCKET');
  expect(await setup('--media-bucket', 'in', 'out')).toContain(
    'role policy media_nommer_nommer created',
  );
  expect(policy()).toContain('["arn:aws:s3:::in/*","arn:aws:s3:::out/*"]');
  expect(await setup('--media-bucket', 'in', 'out')).toEqual(all('there'));
  expect(await setup()).toEqual(all('there'));
  expect(policy()).toContain('arn:aws:s3:::in/*');
});

it("leaves somebody else's role as it is", { timeout: 60_000 }, async () => {
  const { account, setup } = await beginWithAccount({ EC2_IAM_INSTANCE_PROFILE: 'shared' });
  account.things.set('role shared', { tag: ['media-nommer', 'another'] });
  await setup('--media-bucket', 'in');
  expect(account.things.has('role policy shared')).toBe(false);
});

it(
  'makes the rest where EC2 and IAM cannot be asked, and says so',
  { timeout: 60_000 },
  async () => {
    const { here, setup } = await begin({ EC2_AMI_ID: 'ami-2' });
    expect(await setup()).toEqual([
      ...ESSENTIAL.map((each) => `${each} created`),
      'security group media_nommer unknown',
      'image ami-2 unknown',
    ]);
    expect(await here.mediaNommer(['setup'])).toMatch(/^table +media_nommer +there/m);
  },
);

it('says that one machine needs no setup', { timeout: 60_000 }, async () => {
  const here = await Installation.create();
  onTestFinished(() => here.destroy());
  await expect(here.mediaNommer(['setup'])).rejects.toMatchObject({
    stderr: expect.stringContaining('BACKEND') as string,
  });
});
