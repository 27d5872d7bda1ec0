import { expect, it } from 'vitest';
import { fromAws } from '../../../src/aws/aws-error.ts';

function saying(name: string): Error {
  return Object.assign(new Error('as AWS says it'), { name });
}

it.each(['ExpiredToken', 'ExpiredTokenException', 'CredentialsProviderError', 'RequestExpired'])(
  "lets calls be tried again after %s: a role's credentials are renewed by themselves",
  (name) => {
    expect(fromAws(saying(name), 'S3')).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  },
);

it.each(['AccessDenied', 'UnauthorizedOperation', 'SignatureDoesNotMatch', 'InvalidClientTokenId'])(
  'leaves %s to a person',
  (name) => {
    expect(fromAws(saying(name), 'S3')).toMatchObject({ code: 'UNAVAILABLE', retryable: false });
  },
);
