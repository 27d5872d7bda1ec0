import { awsIds, oneOf, oneOrMore, seconds, text, textList } from '../kinds.ts';
import { optionalSetting, setting } from '../setting.ts';

/** What there is on AWS, and the instances to launch. */
export const AWS_SETTINGS = {
  DYNAMODB_JOB_STATE_TABLE: setting('jobStateTable', text, {
    default: 'media_nommer',
    aliases: ['SIMPLEDB_JOB_STATE_DOMAIN'],
    about: 'Table of the jobs.',
  }),
  DYNAMODB_NOMMER_STATE_TABLE: setting('nommerStateTable', text, {
    default: 'media_nommer_ec2nommer_state',
    aliases: ['SIMPLEDB_EC2_NOMMER_STATE_DOMAIN'],
    about: "Table of the nodes' states.",
  }),
  SQS_NEW_JOB_QUEUE_NAME: setting('newJobQueueName', text, {
    default: 'media_nommer',
    about: 'Queue that tells nodes of new jobs.',
  }),
  SQS_JOB_STATE_CHANGE_QUEUE_NAME: setting('jobStateChangeQueueName', text, {
    default: 'media_nommer_jstate',
    about: 'Queue that tells feederd of changed jobs.',
  }),
  CONFIG_S3_BUCKET: optionalSetting('configS3Bucket', text, {
    requiredIn: 'aws',
    about: 'Bucket through which nodes get their settings.',
  }),
  EC2_AMI_ID: optionalSetting('ec2AmiId', text, {
    about: 'Image of the nodes. Required in aws, unless FEEDERD_ALLOW_EC2_LAUNCHES is false.',
  }),
  EC2_KEY_NAME: optionalSetting('ec2KeyName', text, {
    about: 'SSH key of the nodes.',
  }),
  EC2_INSTANCE_TYPES: setting('ec2InstanceTypes', oneOrMore, {
    default: ['c7i.xlarge'],
    aliases: ['EC2_INSTANCE_TYPE'],
    about: 'Types of the nodes, tried in this order while AWS has no capacity.',
  }),
  EC2_SECURITY_GROUPS: setting('ec2SecurityGroups', textList, {
    default: ['media_nommer'],
    about: 'Security groups of the nodes, by name or id.',
  }),
  EC2_SUBNETS: setting('ec2Subnets', awsIds('subnet'), {
    default: [],
    about:
      'Subnets of the nodes, tried in this order for each type; none: one of the default VPC, as EC2 chooses.',
  }),
  EC2_IAM_INSTANCE_PROFILE: optionalSetting('ec2IamInstanceProfile', text, {
    about: 'Instance profile of the nodes: name or ARN.',
  }),
  EC2_MARKET: setting('ec2Market', oneOf('on-demand', 'spot', 'spot-then-on-demand'), {
    default: 'on-demand',
    about: 'How the nodes are bought.',
  }),
  EC2_BOOT_DEADLINE: setting('ec2BootDeadlineSeconds', seconds, {
    default: 600,
    about: 'Seconds after which a node that has never reported is terminated.',
  }),
};
