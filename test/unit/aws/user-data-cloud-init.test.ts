import { execFile, type ExecFileOptions } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeUserData, type UserDataSettings } from '../../../src/aws/user-data.ts';

const SETTINGS: UserDataSettings = {
  awsRegion: 'eu-central-1',
  configS3Bucket: 'nom-settings',
  s3Endpoint: undefined,
  sqsEndpoint: 'http://10.0.0.5:4566',
  dynamodbEndpoint: undefined,
  ec2Endpoint: undefined,
  ec2BootDeadlineSeconds: 300,
};

describe('the user data, to cloud-init itself', { timeout: 60_000 }, () => {
  it('is a valid cloud-config', async () => {
    expect(await schema(makeUserData(SETTINGS))).toMatch(/^Valid/u);
  });

  it('would be refused if it were none', async () => {
    const broken = makeUserData(SETTINGS).replace('"0644"', '420');
    await expect(schema(broken)).rejects.toThrow(/permissions.*not of type 'string'/u);
  });

  it.each([
    ['quotes', `a"b'c`],
    ['line ends', 'a\nb\r\nc\n'],
    ['a second variable', 'a"\nBACKEND="local'],
    ['a second list', 'a: b\nruncmd: [reboot]\n- c # d'],
    ['what a shell reads', '$HOME `reboot` $(reboot) \\ \\\\ \\" !x'],
    ['what YAML 1.1 takes for line ends', 'a \u0085 b \u2028 c \u2029 d'],
    ['what YAML 1.1 refuses', 'a\u007Fb\u0080c\u009Fd\uFFFFe\u0001f'],
    ['letters of the world', 'ß 漢 \u{1F3AC} \uFEFF'],
  ])('keeps %s in a setting one value, from YAML to the environment', async (_, value) => {
    const userData = makeUserData({ ...SETTINGS, configS3Bucket: value });
    expect(await schema(userData)).toMatch(/^Valid/u);
    const config = await asCloudInitReads(userData);
    expect(Object.keys(config)).toEqual(['write_files', 'runcmd']);
    expect(config.runcmd).toHaveLength(2);
    expect(config.write_files).toHaveLength(1);
    expect(await environmentOf(config.write_files[0]?.content ?? '')).toEqual({
      BACKEND: 'aws',
      AWS_REGION: 'eu-central-1',
      CONFIG_S3_BUCKET: value,
      SQS_ENDPOINT: 'http://10.0.0.5:4566',
      EC2_BOOT_DEADLINE: '300',
    });
  });
});

interface CloudConfig {
  readonly write_files: readonly { readonly content: string }[];
  readonly runcmd: readonly unknown[];
}

async function schema(userData: string): Promise<string> {
  return await withFile(userData, (file) => run('cloud-init', ['schema', '--config-file', file]));
}

/** By the parser that cloud-init brings with it. */
async function asCloudInitReads(userData: string): Promise<CloudConfig> {
  const program = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))';
  // Debian's own Python, whichever goes before it.
  const json = await withFile(userData, (file) => run('/usr/bin/python3', ['-c', program, file]));
  return JSON.parse(json) as CloudConfig;
}

/** systemd's quotes, backslashes and line ends in an EnvironmentFile are those of a shell. */
async function environmentOf(content: string): Promise<Record<string, string>> {
  const program = 'set -a; . "$1"; exec env -0';
  const text = await withFile(content, (file) =>
    run('/bin/sh', ['-c', program, 'sh', file], { env: {} }),
  );
  const variables = text.split('\0').filter((each) => each !== '' && !each.startsWith('PWD='));
  return Object.fromEntries(
    variables.map((each) => {
      const [name = '', value = ''] = each.split(/=(.*)/su);
      return [name, value];
    }),
  );
}

async function withFile<T>(content: string, act: (file: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'user-data-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const file = join(dir, 'user-data');
  await writeFile(file, content);
  return await act(file);
}

async function run(program: string, args: string[], options: ExecFileOptions = {}) {
  try {
    const { stdout } = await promisify(execFile)(program, args, { ...options, encoding: 'utf8' });
    return stdout;
  } catch (thrown: unknown) {
    const isMissing = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
    if (!isMissing) throw thrown;
    const message = `${program} is missing. Install it with: apt-get install cloud-init`;
    throw new Error(message, { cause: thrown });
  }
}
