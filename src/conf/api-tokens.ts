import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Kind } from './setting.ts';

/** What a token allows: to submit jobs, to read them, to cancel, retry and operate. */
const API_SCOPES = ['submit', 'read', 'control'] as const;

export type ApiScope = (typeof API_SCOPES)[number];

/** A token that the API takes. The token itself is forgotten when the settings are read. */
export interface ApiToken {
  /** Who has it, for logs. */
  readonly name: string;
  /** Of the token, as 64 hexadecimal digits in lower case. */
  readonly sha256: string;
  readonly scopes: readonly ApiScope[];
}

const Token = z
  .string()
  .min(16)
  .regex(/^[\x21-\x7e]+$/);
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/i);
const Owner = z.strictObject({
  name: z.string().min(1).optional(),
  scopes: z.array(z.enum(API_SCOPES)).min(1).optional(),
});
const Given = z.union([Token, Owner.extend({ token: Token }), Owner.extend({ sha256: Sha256 })]);

/** Tokens as texts, or with a name and scopes, or as their hash: `printf %s TOKEN | sha256sum`. */
export const apiTokens: Kind<readonly z.input<typeof Given>[], readonly ApiToken[]> = {
  schema: z.array(Given).transform((tokens) => tokens.map(toApiToken)),
  form: 'list',
  expects:
    'a list of tokens, each a text of at least 16 visible characters, ' +
    'or { token or sha256, name?, scopes?: ["submit", "read", "control"] }',
};

function toApiToken(given: z.output<typeof Given>, index: number): ApiToken {
  const token =
    typeof given === 'string' ? { token: given, name: undefined, scopes: undefined } : given;
  return {
    name: token.name ?? `token ${index + 1}`,
    sha256: 'token' in token ? sha256(token.token) : token.sha256.toLowerCase(),
    scopes: token.scopes ?? API_SCOPES,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
