import { expect, it, onTestFinished } from 'vitest';
import { Installation } from './installation.ts';
import { startAws } from './start-aws.ts';

const EVERYTHING = [
  'table media_nommer',
  'table media_nommer_ec2nommer_state',
  'queue media_nommer_dead',
  'queue media_nommer',
  'queue media_nommer_jstate_dead',
  'queue media_nommer_jstate',
  'bucket settings',
];

async function begin() {
  const aws = await startAws({});
  const here = await Installation.create({ ...aws.env });
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

const all = (state: string) => EVERYTHING.map((each) => `${each} ${state}`);

it(
  'creates what is missing, once, and only shows it on a dry run',
  { timeout: 60_000 },
  async () => {
    const { here, setup } = await begin();
    expect(await setup('--dry-run')).toEqual(all('missing'));
    expect(await setup('--dry-run')).toEqual(all('missing'));
    expect(await setup()).toEqual(all('created'));
    expect(await setup()).toEqual(all('there'));
    expect(await here.mediaNommer(['setup'])).toMatch(
      /^KIND +NAME +STATE\ntable +media_nommer +there/,
    );
  },
);

it('says that one machine needs no setup', { timeout: 60_000 }, async () => {
  const here = await Installation.create();
  onTestFinished(() => here.destroy());
  await expect(here.mediaNommer(['setup'])).rejects.toMatchObject({
    stderr: expect.stringContaining('BACKEND') as string,
  });
});
