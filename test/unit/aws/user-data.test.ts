import { describe, expect, it } from 'vitest';
import { makeUserData } from '../../../src/aws/user-data.ts';

const SETTINGS = {
  awsRegion: 'eu-central-1',
  configS3Bucket: 'nom-settings',
  s3Endpoint: undefined,
  sqsEndpoint: 'http://10.0.0.5:4566',
  dynamodbEndpoint: undefined,
  ec2Endpoint: undefined,
  ec2BootDeadlineSeconds: 300,
};

describe('makeUserData', () => {
  it('is a cloud-config that tells a node where its settings are', () => {
    const { header, config } = parse(makeUserData(SETTINGS));
    expect(header).toBe('#cloud-config');
    expect(config.write_files).toEqual([
      {
        path: '/etc/media-nommer/node.env',
        permissions: '0644',
        content:
          'BACKEND="aws"\nAWS_REGION="eu-central-1"\nCONFIG_S3_BUCKET="nom-settings"\n' +
          'SQS_ENDPOINT="http://10.0.0.5:4566"\nEC2_BOOT_DEADLINE="300"\n',
      },
    ]);
  });

  it('arms the dead-man timer before it starts nommerd', () => {
    const { config } = parse(makeUserData(SETTINGS));
    expect(config.runcmd.map((command) => command.at(-1))).toEqual([
      'nommerd-deadman.timer',
      'nommerd.service',
    ]);
  });

  it("tells the dead man's script whole seconds", () => {
    const userData = makeUserData({ ...SETTINGS, ec2BootDeadlineSeconds: 600.5 });
    expect(parse(userData).config.write_files).toMatchObject([
      { content: expect.stringContaining('EC2_BOOT_DEADLINE="601"\n') },
    ]);
  });

  it("leaves an instance its own metadata service, whatever feederd's is", () => {
    const userData = makeUserData({ ...SETTINGS, ...{ imdsEndpoint: 'http://127.0.0.1:9' } });
    expect(userData).not.toMatch(/IMDS|127\.0\.0\.1/u);
  });

  it('has no secret, whatever the settings have', () => {
    const secrets = {
      awsAccessKeyId: 'AKIAEXAMPLE',
      awsSecretAccessKey: 'very-secret',
      apiTokens: ['token-secret'],
    };
    const userData = makeUserData({ ...SETTINGS, ...secrets });
    expect(userData).not.toMatch(/AKIAEXAMPLE|secret"|token-secret|SECRET|ACCESS_KEY/u);
  });

  it('fits into what EC2 takes', () => {
    expect(Buffer.byteLength(makeUserData(SETTINGS))).toBeLessThan(16 * 1024);
  });
});

interface CloudConfig {
  readonly write_files: readonly unknown[];
  readonly runcmd: readonly (readonly string[])[];
}

/** The body is JSON, and so YAML. */
function parse(userData: string): { header: string | undefined; config: CloudConfig } {
  const [header, ...body] = userData.split('\n');
  return { header, config: JSON.parse(body.join('\n')) as CloudConfig };
}
