import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Kind } from './setting.ts';

/** What a token allows: to submit jobs, to read them, to cancel, retry and operate. */
export const API_SCOPES = ['submit', 'read', 'control'] as const;

export type ApiScope = (typeof API_SCOPES)[number];

/** A token that the API takes. The token itself is forgotten when the settings are read. */
export interface ApiToken {
  /**
   * Who has it. Tokens of one name are one caller: its jobs, its idempotency keys and its limits are the
   * same, while it changes from one token to the next.
   */
  readonly name: string;
  /** Of the token, as 64 hexadecimal digits in lower case. */
  readonly sha256: string;
  readonly scopes: readonly ApiScope[];
  /** Jobs that others have submitted are not there for it. */
  readonly onlyOwn: boolean;
}

const Token = z
  .string()
  .min(16)
  .regex(/^[\x21-\x7e]+$/);
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/i);
const Owner = z.strictObject({
  name: z
    .string()
    .regex(/^[^\p{C}]{1,64}$/u)
    .optional(),
  scopes: z.array(z.enum(API_SCOPES)).min(1).optional(),
  onlyOwn: z.boolean().optional(),
});
const Given = z.union([Token, Owner.extend({ token: Token }), Owner.extend({ sha256: Sha256 })]);

/** Tokens as texts, or with a name and scopes, or as their hash: `printf %s TOKEN | sha256sum`. */
export const apiTokens: Kind<readonly z.input<typeof Given>[], readonly ApiToken[]> = {
  schema: z.array(Given).transform((tokens) => tokens.map((token) => toApiToken(token))),
  form: 'list',
  expects:
    'a list of tokens, each a text of at least 16 visible characters, or ' +
    '{ token or sha256, name?, scopes?: ["submit", "read", "control"], onlyOwn?: true or false }',
};

function toApiToken(given: z.output<typeof Given>): ApiToken {
  const token: z.output<typeof Owner> = typeof given === 'string' ? {} : given;
  const hash = sha256Of(given);
  return {
    // By the token itself and not by its place: who has it stays the same when another one goes.
    name: token.name ?? `token ${hash.slice(0, 8)}`,
    sha256: hash,
    scopes: token.scopes ?? API_SCOPES,
    onlyOwn: token.onlyOwn ?? false,
  };
}

function sha256Of(given: z.output<typeof Given>): string {
  if (typeof given === 'string') return sha256(given);
  return 'token' in given ? sha256(given.token) : given.sha256.toLowerCase();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
