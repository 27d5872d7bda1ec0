import { NommerError, toNommerError } from '../../core/errors.ts';
import type { AwsClientSettings } from '../aws-clients.ts';
import type { Look, Resource, ResourceKind } from './resource.ts';

/** What a look at a resource has shown. */
export type Seen = Look | { readonly state: 'unknown'; readonly error: NommerError };

type Endpoint = readonly [name: string, setting: keyof AwsClientSettings];

const EC2: Endpoint = ['EC2_ENDPOINT', 'ec2Endpoint'];
const IAM: Endpoint = ['IAM_ENDPOINT', 'iamEndpoint'];
const ENDPOINTS: Readonly<Record<ResourceKind, Endpoint>> = {
  table: ['DYNAMODB_ENDPOINT', 'dynamodbEndpoint'],
  queue: ['SQS_ENDPOINT', 'sqsEndpoint'],
  bucket: ['S3_ENDPOINT', 's3Endpoint'],
  'security group': EC2,
  image: EC2,
  instance: EC2,
  role: IAM,
  'role policy': IAM,
  'instance profile': IAM,
  'spot role': IAM,
};

/** Looks, and takes it for an answer when AWS gives none. */
export async function lookAt(resource: Resource, settings: AwsClientSettings): Promise<Seen> {
  try {
    return await resource.look();
  } catch (thrown: unknown) {
    return { state: 'unknown', error: explainLine(thrown, resource.kind, settings) };
  }
}

/** An error of AWS; where there was no line to it, with the setting that says where it is. */
export function explainLine(
  thrown: unknown,
  kind: ResourceKind,
  settings: AwsClientSettings,
): NommerError {
  const error = toNommerError(thrown);
  const [name, setting] = ENDPOINTS[kind];
  const endpoint = settings[setting];
  if (endpoint === undefined || !isBroken(error)) return error;
  return new NommerError(error.code, `${error.message} (${name} is ${endpoint})`, {
    cause: error,
    retryable: error.retryable,
  });
}

/** Whether the system had no connection for it: its word for that lies some causes deep. */
function isBroken(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  if (!(thrown instanceof NommerError) && 'code' in thrown && typeof thrown.code === 'string') {
    return /^E[A-Z_]+$/u.test(thrown.code);
  }
  return thrown.name === 'TimeoutError' || isBroken(thrown.cause);
}
