import { NommerError } from '../../core/errors.ts';
import type { AwsResources, Resource, Seen } from '../choose-place.ts';

export type Looks = ReadonlyMap<Resource, Seen>;

/** What AWS says when it does not know who asks. */
const NOBODY =
  /CredentialsProviderError|Could not load credentials|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature|InvalidAccessKeyId|AuthFailure/u;

export const LOG_IN =
  'Give this machine a role, log in (AWS_PROFILE, SSO), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';

/** Looks at everything at once. The order stays. */
export async function lookAtAll(
  resources: readonly Resource[],
  { look }: Pick<AwsResources, 'look'>,
): Promise<Looks> {
  return new Map(
    await Promise.all(resources.map(async (resource) => [resource, await look(resource)] as const)),
  );
}

/** @throws NommerError BAD_SETTING once, where AWS does not know who asks: nothing else is to be told then */
export function requireCredentials(looks: Looks): void {
  const nobody = credentialsError(looks);
  if (nobody === undefined) return;
  throw new NommerError('BAD_SETTING', `${nobody.message}. ${LOG_IN}`, { cause: nobody });
}

/** @returns what AWS says where it does not know who asks */
export function credentialsError(looks: Looks): NommerError | undefined {
  return [...looks.values()]
    .flatMap((seen) => (seen.state === 'unknown' ? [seen.error] : []))
    .find(({ message }) => NOBODY.test(message));
}

/** @returns an ARN of anything that was found, if there is one that tells the account */
export function anyArn(looks: Looks): string | undefined {
  return [...looks.values()]
    .map((seen) => ('arn' in seen ? seen.arn : undefined))
    .find((arn) => arn !== undefined && /^arn:[\w-]+:\w+:[\w-]*:\d+:/u.test(arn));
}
