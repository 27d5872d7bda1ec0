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
  // Whoever gives tokens believes that they are asked for.
  if (apiTokens.length > 0) {
    yield (
      'API_TOKENS must not be given: this version does not check tokens yet and would serve ' +
      `everybody; received ${apiTokens.length}`
    );
  }
  if (!isLoopback(feederdHost) && !feederdAllowAnonymous) {
    yield (
      'FEEDERD_HOST lets others in, and this version does not check tokens yet: listen on ' +
      '127.0.0.1, or set FEEDERD_ALLOW_ANONYMOUS to true to serve everybody; ' +
      `received ${JSON.stringify(feederdHost)}`
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

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
