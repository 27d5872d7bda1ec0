import { NommerError, toNommerError } from '../core/errors.ts';

/**
 * What AWS says of keys and permissions; nobody but a person can put that right. A role's credentials that
 * have expired, or cannot be had just now, are replaced without one.
 */
const REFUSALS = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthFailure',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'UnauthorizedOperation',
  'UnrecognizedClientException',
]);

/**
 * What an SDK call threw, as the ports have it: UNAVAILABLE, with the service, what was asked of it and
 * what it said.
 * @param what for example `DynamoDB, table media_nommer`
 */
export function fromAws(thrown: unknown, what: string): NommerError {
  if (thrown instanceof NommerError) return thrown;
  const { message } = toNommerError(thrown);
  const code = awsErrorCode(thrown);
  const said = code === undefined || message.includes(code) ? message : `${code}: ${message}`;
  return new NommerError('UNAVAILABLE', `${what}: ${said}`, {
    cause: thrown,
    retryable: code === undefined || !REFUSALS.has(code),
  });
}

/**
 * Makes SDK calls.
 * @param what as `fromAws` has it
 * @param fine codes of AWS that are no failure: the answer is undefined then
 * @throws NommerError as `fromAws` makes it
 */
export async function callAws<T>(
  what: string,
  act: () => Promise<T>,
  fine: readonly string[] = [],
): Promise<T | undefined> {
  try {
    return await act();
  } catch (thrown: unknown) {
    if (fine.includes(awsErrorCode(thrown) ?? '')) return undefined;
    throw fromAws(thrown, what);
  }
}

/** The code that AWS documents for an error, for example `ConditionalCheckFailedException`. */
export function awsErrorCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { Code, name } = thrown as Error & { readonly Code?: unknown };
  // SQS has a second, older name for each of its codes.
  if (typeof Code === 'string') return Code.replace(/^AWS\.SimpleQueueService\./, '');
  return name === 'Error' ? undefined : name;
}
