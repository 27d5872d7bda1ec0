import { received } from '../core/errors.ts';
import { isLoopback } from './is-loopback.ts';
import type { Settings } from './settings.ts';

/** What is wrong with settings that are right each for itself; empty if nothing is. */
export function checkSettings(settings: Settings): readonly string[] {
  return [...checkLease(settings), ...checkListening(settings), ...checkAws(settings)];
}

function* checkLease({ renewSeconds, leaseSeconds }: Settings) {
  if (renewSeconds * 2 >= leaseSeconds) {
    yield (
      'NOMMERD_RENEW_INTERVAL must be less than half of NOMMERD_LEASE_SECONDS, so that a claim ' +
      `outlives a lost renewal; received ${renewSeconds} and ${leaseSeconds}`
    );
  }
}

function* checkListening({ feederdHost, apiTokens, feederdAllowAnonymous }: Settings) {
  if (apiTokens.length > 0) {
    if (feederdAllowAnonymous) {
      yield 'FEEDERD_ALLOW_ANONYMOUS and API_TOKENS must not be given together: who may call, then?';
    }
    if (new Set(apiTokens.map(({ sha256 }) => sha256)).size < apiTokens.length) {
      yield 'API_TOKENS must not hold the same token twice';
    }
  } else if (!feederdAllowAnonymous && !isLoopback(feederdHost)) {
    yield (
      'FEEDERD_HOST lets others in, and there are no API_TOKENS to ask them for: give some, or listen on ' +
      '127.0.0.1, or set FEEDERD_ALLOW_ANONYMOUS to true to serve everybody; ' +
      `received ${received(feederdHost)}`
    );
  }
}

function* checkAws(settings: Settings) {
  const { awsAccessKeyId, awsSecretAccessKey } = settings;
  if ((awsAccessKeyId === undefined) !== (awsSecretAccessKey === undefined)) {
    yield 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be given together; received only one';
  }
  if (settings.backend === 'aws' && settings.allowLaunches && settings.ec2AmiId === undefined) {
    yield 'EC2_AMI_ID must be given in aws, unless FEEDERD_ALLOW_EC2_LAUNCHES is false; received nothing';
  }
}
