import type { Settings } from '../conf/settings.ts';

export type UserDataSettings = Pick<
  Settings,
  | 'awsRegion'
  | 'configS3Bucket'
  | 's3Endpoint'
  | 'sqsEndpoint'
  | 'dynamodbEndpoint'
  | 'ec2Endpoint'
  | 'ec2BootDeadlineSeconds'
>;

/**
 * What a new instance is told by EC2, as cloud-config: just enough to find the settings bucket. Anybody on
 * the instance can read it, so no secret is in it.
 */
export function makeUserData(settings: UserDataSettings): string {
  const variables = {
    BACKEND: 'aws',
    AWS_REGION: settings.awsRegion,
    CONFIG_S3_BUCKET: settings.configS3Bucket,
    S3_ENDPOINT: settings.s3Endpoint,
    SQS_ENDPOINT: settings.sqsEndpoint,
    DYNAMODB_ENDPOINT: settings.dynamodbEndpoint,
    EC2_ENDPOINT: settings.ec2Endpoint,
    // The dead man's script reckons in whole seconds.
    EC2_BOOT_DEADLINE: String(Math.ceil(settings.ec2BootDeadlineSeconds)),
  };
  const lines = Object.entries(variables).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}=${quote(value)}\n`,
  );
  const config = {
    write_files: [
      { path: '/etc/media-nommer/node.env', permissions: '0644', content: lines.join('') },
    ],
    runcmd: [
      // First what powers the machine off when nommerd never comes up.
      ['systemctl', 'start', '--no-block', 'nommerd-deadman.timer'],
      // cloud-init is a unit itself: nommerd may wait for its end.
      ['systemctl', 'start', '--no-block', 'nommerd.service'],
    ],
  };
  return `#cloud-config\n${toYaml(config)}\n`;
}

/** As JSON, which leaves nothing to get wrong about quoting. YAML 1.1 refuses or folds a few characters of it. */
function toYaml(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replaceAll(
    /[\u007F-\u009F\u2028\u2029\uFFFE\uFFFF]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** As systemd's EnvironmentFile has it. */
function quote(value: string): string {
  return `"${value.replaceAll(/["\\$`]/gu, String.raw`\$&`)}"`;
}
