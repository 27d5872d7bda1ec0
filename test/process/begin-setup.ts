import { expect, onTestFinished } from 'vitest';
import type { Step } from '../../src/cli/installation/step.ts';
import { startAccountServer } from '../doubles/start-account-server.ts';
import { Installation } from './installation.ts';
import { jsonLines, runCli } from './run-cli.ts';
import { startAws } from './start-aws.ts';

export const ESSENTIAL = [
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

export async function begin(env: Record<string, string> = {}) {
  const aws = await startAws({});
  const all = { ...aws.env, ...env };
  const here = await Installation.create(all);
  onTestFinished(async () => {
    await here.destroy();
    await aws.close();
  });
  const run = async (...args: string[]) => {
    const ran = await runCli(['setup', '--json', ...args], { cwd: here.dir, env: all });
    return { code: ran.code, steps: jsonLines(ran) as readonly Step[] };
  };
  /** What a setup that goes well has done. */
  const setup = async (...args: string[]) => {
    const { code, steps } = await run(...args);
    expect(code).toBe(0);
    return steps.map(({ kind, name, state }) => `${kind} ${name} ${state}`);
  };
  return { aws, here, run, setup };
}

export async function beginWithAccount(env: Record<string, string> = {}) {
  const account = await startAccountServer();
  onTestFinished(() => account.close());
  return { account, ...(await begin({ ...account.env, ...env })) };
}

/** What `setup` tells when everything is in one state, but the image. */
export const all = (state: string) => [
  ...ESSENTIAL.map((each) => `${each} ${state}`),
  `security group media_nommer ${state}`,
  'image ami-1 there',
  ...OF_ROLE.map((each) => `${each} ${state}`),
];
