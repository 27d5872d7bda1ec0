import { toNommerError } from '../../core/errors.ts';
import { awsErrorCode, fromAws } from '../aws-error.ts';
import type { Probe } from './feederd-probes.ts';

export type Tried =
  | { readonly outcome: 'allowed' }
  /** @see action as IAM spells it: that of the probe, or another one that AWS names */
  | { readonly outcome: 'denied'; readonly action: string; readonly error: string }
  /** Neither: there is no such table, no line, … */
  | { readonly outcome: 'failed'; readonly error: string };

const DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'UnauthorizedOperation',
]);

/** In the words of a launch that EC2 refused. */
const DENIED_LAUNCH = /UnauthorizedOperation/u;

/** Makes the call, and takes a refusal for an answer. */
export async function tryProbe(probe: Probe): Promise<Tried> {
  const { action, kind, name } = probe;
  try {
    await probe.call();
    return { outcome: 'allowed' };
  } catch (thrown: unknown) {
    const { message } = fromAws(thrown, `${kind} ${name}`);
    const isDenied = DENIED.has(awsErrorCode(thrown) ?? '') || DENIED_LAUNCH.test(message);
    if (!isDenied) return { outcome: 'failed', error: message };
    return { outcome: 'denied', action: deniedAction(thrown) ?? action, error: message };
  }
}

/** AWS names the action in most of its refusals, SQS in lower case. */
function deniedAction(thrown: unknown): string | undefined {
  const { message } = toNommerError(thrown);
  const [, named] = /not authorized to perform:? ([\w-]+:\w+)/u.exec(message) ?? [];
  return named === undefined ? undefined : spelled(named);
}

const SQS_ACTIONS = [
  'GetQueueUrl',
  'GetQueueAttributes',
  'ListQueueTags',
  'SendMessage',
  'ReceiveMessage',
  'ChangeMessageVisibility',
  'DeleteMessage',
];

/** An action as its documentation spells it. */
function spelled(action: string): string {
  const [service = '', name = ''] = action.split(':');
  if (service !== 'sqs') return action;
  const known = SQS_ACTIONS.find((each) => each.toLowerCase() === name.toLowerCase());
  return `sqs:${known ?? name}`;
}
