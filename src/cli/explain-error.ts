import { FeederdUnreachable } from '../client/feederd-error.ts';
import { NommerError } from '../core/errors.ts';
import { redact } from '../core/redact.ts';
import { printableLines } from './render/printable.ts';

/** How to show a token; not on the command line, which everybody on the machine can read. */
export const TOKEN_ADVICE =
  'Give a token: put it into FEEDERD_TOKEN, or into a file that --token-file names';

/** What to tell a person of an error, without a stack trace. Faults of our own have theirs. */
export function explainError(thrown: unknown, url: string | undefined): string {
  if (!(thrown instanceof NommerError)) {
    return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  }
  if (url !== undefined && thrown instanceof FeederdUnreachable) {
    return (
      `Cannot reach feederd at ${redact(url)}${reasonOf(thrown)}. ` +
      'Is it running? Start it with: npm run feederd'
    );
  }
  if (thrown.code === 'UNAUTHORIZED') {
    return `${printableLines(thrown.message)}. ${TOKEN_ADVICE}`;
  }
  return printableLines(thrown.message);
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['ENOTFOUND', 'no such host'],
  ['EAI_AGAIN', 'no such host'],
  ['EHOSTUNREACH', 'no route to the host'],
  ['ETIMEDOUT', 'no answer'],
  ['UND_ERR_CONNECT_TIMEOUT', 'no answer'],
]);

function reasonOf(thrown: unknown): string {
  const reason = REASONS.get(systemCode(thrown) ?? '');
  return reason === undefined ? '' : ` (${reason})`;
}

/** The system's word for it lies some causes deep. */
function systemCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const isOurs = thrown instanceof NommerError;
  if (!isOurs && 'code' in thrown && typeof thrown.code === 'string') return thrown.code;
  const { cause } = thrown;
  return systemCode(cause);
}
