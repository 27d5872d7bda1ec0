import { expect, it } from 'vitest';
import { parseSettings } from '../../../src/conf/parse-settings.ts';
import { settingsForNodes } from '../../../src/conf/settings-for-nodes.ts';

const NOMCONF = {
  BACKEND: 'aws',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIACANARY',
  AWS_SECRET_ACCESS_KEY: 'canary-of-the-secret',
  CONFIG_S3_BUCKET: 'settings',
  EC2_AMI_ID: 'ami-1',
  EC2_INSTANCE_TYPE: 'c7i.large',
  MAX_ENCODING_JOBS_PER_EC2_INSTANCE: 7,
  NOMMERD_LEASE_SECONDS: 44,
  NOMMERS: { UpperCaseNommer: '/opt/nommers/upper-case.js' },
  STORAGE_BACKENDS: { ftp: '/opt/storage/ftp.js' },
  DATA_DIR: '/srv/feederd',
  FEEDERD_PORT: 8080,
};

it('gives nodes the settings in effect, as they read them', () => {
  const here = parseSettings(NOMCONF, {}, '/etc');
  const published = JSON.parse(JSON.stringify(settingsForNodes(here))) as Record<string, unknown>;
  const there = parseSettings(published, {}, '/var/lib/media-nommer');
  const { slotsPerNode, leaseSeconds, nommers, storageBackends, ec2InstanceTypes } = there;
  expect({ slotsPerNode, leaseSeconds, nommers, storageBackends, ec2InstanceTypes }).toEqual({
    slotsPerNode: 7,
    leaseSeconds: 44,
    nommers: here.nommers,
    storageBackends: here.storageBackends,
    ec2InstanceTypes: ['c7i.large'],
  });
});

it('gives them no secrets, and nothing that is this machine’s own', () => {
  const published = JSON.stringify(settingsForNodes(parseSettings(NOMCONF, {}, '/etc')));
  for (const secret of ['AKIACANARY', 'canary', '/srv/feederd', '8080']) {
    expect(published).not.toContain(secret);
  }
});
