import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { BUILT_IN_PRESETS } from '../../../src/conf/presets.ts';
import { SETTINGS } from '../../../src/conf/settings.ts';
import { complaintAbout, parse } from './try-settings.ts';

const AWS = {
  BACKEND: 'aws',
  AWS_REGION: 'eu-central-1',
  CONFIG_S3_BUCKET: 'conf',
  EC2_AMI_ID: 'ami-1',
};

describe('without a nomconf', () => {
  it('everything runs on this machine, for nobody else', () => {
    expect(parse()).toMatchObject({
      backend: 'local',
      dataDir: '/srv/nommer/.media-nommer',
      fileRoots: ['/srv/nommer'],
      feederdHost: '127.0.0.1',
      feederdPort: 8001,
      apiTokens: [],
      maxNodes: 1,
      slotsPerNode: Math.max(2, Math.floor(availableParallelism() / 4)),
      heartbeatSeconds: 10,
      progressSeconds: 1,
      leaseSeconds: 30,
      renewSeconds: 5,
      presets: BUILT_IN_PRESETS,
      storageBackends: {},
      awsAccessKeyId: undefined,
    });
  });

  it('every setting has a key of its own', () => {
    expect(Object.keys(parse())).toHaveLength(SETTINGS.size);
  });
});

describe('in aws', () => {
  it('one endpoint serves for all services that have none of their own', () => {
    const endpoints = {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      S3_ENDPOINT: 'http://127.0.0.1:9000',
    };
    expect(parse({ ...AWS, ...endpoints })).toMatchObject({
      s3Endpoint: 'http://127.0.0.1:9000',
      sqsEndpoint: 'http://127.0.0.1:4566',
      dynamodbEndpoint: 'http://127.0.0.1:4566',
      ec2Endpoint: 'http://127.0.0.1:4566',
      iamEndpoint: 'http://127.0.0.1:4566',
      imdsEndpoint: undefined,
    });
    expect(parse(AWS).s3Endpoint).toBeUndefined();
  });

  it('other defaults hold, and no file:// URI is taken', () => {
    expect(parse(AWS)).toMatchObject({
      maxNodes: 3,
      slotsPerNode: 2,
      heartbeatSeconds: 60,
      progressSeconds: 5,
      fileRoots: [],
      jobStateTable: 'media_nommer',
      ec2SecurityGroups: ['media_nommer'],
    });
  });

  it('what it cannot do without is asked for, all at once', () => {
    expect(complaintAbout({ BACKEND: 'aws' })).toBe(
      '2 settings are wrong:\n' +
        '- AWS_REGION must be given in aws; received nothing\n' +
        '- CONFIG_S3_BUCKET must be given in aws; received nothing',
    );
  });

  it('an image is needed where nodes may be launched', () => {
    expect(complaintAbout({ ...AWS, EC2_AMI_ID: undefined })).toContain(
      'EC2_AMI_ID must be given in aws',
    );
    expect(
      parse({ ...AWS, EC2_AMI_ID: null, FEEDERD_ALLOW_EC2_LAUNCHES: false }).ec2AmiId,
    ).toBeUndefined();
  });
});

describe('the environment', () => {
  it('overrides the nomconf, whatever kind of value it is', () => {
    const settings = parse(
      { FEEDERD_PORT: 1, NOMMERD_TERMINATE_WHEN_IDLE: true, LOG_LEVEL: 'warn', FILE_ROOTS: ['/a'] },
      {
        FEEDERD_PORT: '8002',
        NOMMERD_TERMINATE_WHEN_IDLE: '0',
        NOMMERD_RENEW_INTERVAL: '0.5',
        LOG_LEVEL: 'debug',
        FILE_ROOTS: '/b, /c d,',
        NOMMERS: '{"mine": "some-package"}',
      },
    );
    expect(settings).toMatchObject({
      feederdPort: 8002,
      terminateWhenIdle: false,
      renewSeconds: 0.5,
      logLevel: 'debug',
      fileRoots: ['/b', '/c d'],
      nommers: { mine: 'some-package' },
    });
  });

  it.each([
    ['true', true],
    ['1', true],
    ['False', false],
    ['0', false],
  ])('takes %s for a truth', (text, value) => {
    expect(parse({}, { FEEDERD_ALLOW_EC2_LAUNCHES: text }).allowLaunches).toBe(value);
  });

  it('takes a list as JSON too', () => {
    expect(parse({}, { FILE_ROOTS: '["/a,b", "/c"]' }).fileRoots).toStrictEqual(['/a,b', '/c']);
    expect(parse({}, { FILE_ROOTS: '[]' }).fileRoots).toStrictEqual([]);
  });

  it('says nothing by an empty variable, and nothing to what is no setting', () => {
    expect(parse({ FEEDERD_PORT: 1 }, { FEEDERD_PORT: '', FEEDERD_PROT: '7' }).feederdPort).toBe(1);
  });

  it.each([
    [
      'FEEDERD_PORT',
      'http',
      'FEEDERD_PORT must be a whole number from 0 to 65535; received "http"',
    ],
    ['FEEDERD_PORT', ' ', 'FEEDERD_PORT must be a whole number from 0 to 65535; received " "'],
    ['FEEDERD_ALLOW_ANONYMOUS', 'maybe', 'must be true or false; received "maybe"'],
    ['NOMMERS', '{"a":', 'NOMMERS must be an object of names'],
    ['FILE_ROOTS', '["/a"', 'FILE_ROOTS must be a list of paths'],
    ['NOTIFY_TIMEOUT', 'Infinity', 'NOTIFY_TIMEOUT must be a number of seconds above 0'],
  ])('is told about a wrong %s', (name, text, message) => {
    expect(complaintAbout({}, { [name]: text })).toContain(message);
  });

  it('leaves temporary AWS credentials to the SDK, which takes all three parts', () => {
    const env = { AWS_ACCESS_KEY_ID: 'ASIA', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't' };
    const nomconf = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'old' };
    const { awsAccessKeyId, awsSecretAccessKey } = parse(nomconf, env);
    expect([awsAccessKeyId, awsSecretAccessKey]).toStrictEqual([undefined, undefined]);
  });
});

describe('names', () => {
  it.each([
    ['FEEDERD_PROT', 'FEEDERD_PORT'],
    ['feederd_port', 'FEEDERD_PORT'],
    ['feederdPort', 'FEEDERD_PORT'],
    ['maxNodes', 'MAX_NUM_EC2_INSTANCES'],
    ['MAX_NUM_EC2_INSTANCE', 'MAX_NUM_EC2_INSTANCES'],
    ['DYNAMODB_JOBS_STATE_TABEL', 'DYNAMODB_JOB_STATE_TABLE'],
  ])('suggests for %s what was meant', (name, meant) => {
    expect(complaintAbout({ [name]: 1 })).toBe(
      `There is no setting ${name}; did you mean ${meant}?`,
    );
  });

  it('suggests nothing for what comes near nothing', () => {
    expect(complaintAbout({ COLOUR_OF_THE_SKY: 'blue' })).toBe(
      'There is no setting COLOUR_OF_THE_SKY',
    );
  });

  it('of 2012 are understood', () => {
    const settings = parse({
      SIMPLEDB_JOB_STATE_DOMAIN: 'jobs',
      SIMPLEDB_EC2_NOMMER_STATE_DOMAIN: 'nodes',
      EC2_INSTANCE_TYPE: 'm7i.large',
      NOMMERD_QTFASTSTART_BIN_PATH: '/home/nom/bin/qtfaststart',
    });
    expect(settings).toMatchObject({
      jobStateTable: 'jobs',
      nommerStateTable: 'nodes',
      ec2InstanceTypes: ['m7i.large'],
    });
  });

  it('old and new together must say the same', () => {
    const both = { SIMPLEDB_JOB_STATE_DOMAIN: 'a', DYNAMODB_JOB_STATE_TABLE: 'a' };
    expect(parse(both).jobStateTable).toBe('a');
    expect(complaintAbout({ ...both, DYNAMODB_JOB_STATE_TABLE: 'b' })).toBe(
      'SIMPLEDB_JOB_STATE_DOMAIN is the old name of DYNAMODB_JOB_STATE_TABLE, and they differ; ' +
        'give only DYNAMODB_JOB_STATE_TABLE',
    );
  });

  it('old in the nomconf and new in the environment is an override', () => {
    expect(
      parse({ SIMPLEDB_JOB_STATE_DOMAIN: 'a' }, { DYNAMODB_JOB_STATE_TABLE: 'b' }).jobStateTable,
    ).toBe('b');
  });
});

const TOKEN = 'a-token-of-16-or-more';

describe('settings that are right each for itself', () => {
  it.each(['0.0.0.0', '::', '192.168.0.7', 'feederd.example', '127.evil.example'])(
    'do not let others in at %s unless that is said',
    (FEEDERD_HOST) => {
      expect(complaintAbout({ FEEDERD_HOST })).toContain(
        'FEEDERD_HOST lets others in, and there are no API_TOKENS to ask them for',
      );
      for (const allowed of [{ FEEDERD_ALLOW_ANONYMOUS: true }, { API_TOKENS: [TOKEN] }]) {
        expect(parse({ FEEDERD_HOST, ...allowed }).feederdHost).toBe(FEEDERD_HOST);
      }
    },
  );

  it('ask for tokens or for none, and not both', () => {
    const message = complaintAbout({ FEEDERD_ALLOW_ANONYMOUS: true, API_TOKENS: [TOKEN] });
    expect(message).toContain('FEEDERD_ALLOW_ANONYMOUS and API_TOKENS must not be given together');
    expect(message).not.toContain(TOKEN);
  });

  it('know a token by one name', () => {
    const twice = [TOKEN, { name: 'shop', token: TOKEN }];
    expect(complaintAbout({ API_TOKENS: twice })).toBe(
      'API_TOKENS must not hold the same token twice',
    );
    const names = [TOKEN, `${TOKEN}-2`].map((token) => ({ name: 'shop', token }));
    expect(parse({ API_TOKENS: names }).apiTokens).toHaveLength(2);
  });

  it.each(['127.0.0.1', '127.8.8.8', 'localhost', '::1'])('may listen on %s', (FEEDERD_HOST) => {
    expect(parse({ FEEDERD_HOST }).feederdHost).toBe(FEEDERD_HOST);
  });

  it('let a claim outlive a lost renewal', () => {
    expect(complaintAbout({ NOMMERD_LEASE_SECONDS: 10 })).toBe(
      'NOMMERD_RENEW_INTERVAL must be less than half of NOMMERD_LEASE_SECONDS, so that a claim ' +
        'outlives a lost renewal; received 5 and 10',
    );
    expect(parse({ NOMMERD_LEASE_SECONDS: 10.1 }).leaseSeconds).toBe(10.1);
  });

  it('have both halves of an AWS key, or none', () => {
    expect(complaintAbout({ AWS_ACCESS_KEY_ID: 'AKIA' })).toBe(
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be given together; received only one',
    );
  });
});
