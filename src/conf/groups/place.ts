import { resolve } from 'node:path';
import { isSealingKey, SEALING_KEY_FORM } from '../../core/seal.ts';
import { keyList } from '../key-list.ts';
import { endpoint, networks, oneOf, path, pathList, text } from '../kinds.ts';
import { optionalSetting, setting, type Surroundings } from '../setting.ts';

/** Where the system runs and keeps what it has. */
export const PLACE_SETTINGS = {
  BACKEND: setting('backend', oneOf('local', 'aws'), {
    default: 'local',
    about:
      '`local`: jobs in one SQLite file, nodes are processes here. `aws`: DynamoDB, SQS, EC2, S3.',
  }),
  DATA_DIR: setting('dataDir', path, {
    derive: ({ cwd }) => resolve(cwd, '.media-nommer'),
    defaultText: '`.media-nommer` in the working directory',
    about: 'Folder of the job file and of the jobs in hand. Needs room for sources and outputs.',
  }),
  LOG_LEVEL: setting('logLevel', oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal'), {
    default: 'info',
    about: 'The least level that is logged.',
  }),
  FILE_ROOTS: setting('fileRoots', pathList, {
    derive: ({ backend, cwd }) => (backend === 'local' ? [cwd] : []),
    defaultText: 'local: the working directory, aws: `[]`',
    about: 'Folders that `file://` URIs may lead into. Empty: none.',
  }),
  HTTP_ALLOWED_NETWORKS: setting('httpAllowedNetworks', networks, {
    default: [],
    about:
      'Networks like `10.1.0.0/16` that URLs of jobs may lead into besides public addresses. ' +
      '`127.0.0.1`: this machine. See docs/security.md.',
  }),
  SECRETS_KEYS: setting('secretsKeys', keyList(isSealingKey, SEALING_KEY_FORM), {
    default: [],
    secret: true,
    about:
      'Encrypts the credentials that jobs bring, in the job store: keys of 32 bytes in base64. The first ' +
      'one encrypts, the others read what they have encrypted.',
  }),
  AWS_REGION: optionalSetting('awsRegion', text, {
    requiredIn: 'aws',
    about: 'Region of everything on AWS.',
  }),
  AWS_ACCESS_KEY_ID: optionalSetting('awsAccessKeyId', text, {
    secret: true,
    about: "Better left out: then the SDK's usual chain is used (role, profile, SSO).",
  }),
  AWS_SECRET_ACCESS_KEY: optionalSetting('awsSecretAccessKey', text, {
    secret: true,
    about: 'Goes with AWS_ACCESS_KEY_ID.',
  }),
  AWS_ENDPOINT_URL: optionalSetting('awsEndpoint', endpoint, {
    about: 'Another server that speaks for all of AWS, an emulator for example.',
  }),
  S3_ENDPOINT: endpointSetting('s3Endpoint', 'S3 (MinIO, …)'),
  SQS_ENDPOINT: endpointSetting('sqsEndpoint', 'SQS'),
  DYNAMODB_ENDPOINT: endpointSetting('dynamodbEndpoint', 'DynamoDB'),
  EC2_ENDPOINT: endpointSetting('ec2Endpoint', 'EC2'),
  IAM_ENDPOINT: endpointSetting('iamEndpoint', 'IAM'),
  IMDS_ENDPOINT: optionalSetting('imdsEndpoint', endpoint, {
    about: "Another server than an instance's own metadata service.",
  }),
};

function endpointSetting<const Key extends string>(key: Key, protocol: string) {
  return {
    ...optionalSetting(key, endpoint, { about: `Another server that speaks ${protocol}.` }),
    defaultIn: ({ awsEndpoint }: Surroundings) => awsEndpoint,
    defaultText: 'AWS_ENDPOINT_URL',
  };
}
