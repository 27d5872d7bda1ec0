import { API_SCOPES, type ApiToken } from '../../conf/api-tokens.ts';
import { NommerError } from '../../core/errors.ts';
import type { Access } from './access.ts';
import { addressKey } from './address-key.ts';
import type { Caller } from './caller.ts';
import { tokenFinder } from './find-token.ts';
import { RateLimited } from './rate-limited.ts';
import { RateLimiter } from './rate-limiter.ts';
import { tokenIn } from './token-in.ts';

export interface DoorkeeperOptions {
  /** Empty: nobody is asked for one. */
  readonly apiTokens: readonly ApiToken[];
  readonly rateLimitPerSecond: number;
  /** Told of every wrong token that was looked at, with the address it came from. */
  readonly onWrongToken: (address: string) => void;
  /** Milliseconds on a clock that only goes forward. */
  readonly now?: () => number;
}

export interface Knock {
  readonly authorization: string | undefined;
  readonly address: string;
}

/** Who has been idle for ten seconds may make ten seconds' requests at once. */
const BURST_SECONDS = 10;
/** Of wrong tokens from one address: twenty at once, then ten a minute. */
const WRONG_TOKENS = { perSecond: 10 / 60, burst: 20 };
const MAX_WELCOME = 10_000;

/** Decides who may make a call, and how often. */
export class Doorkeeper {
  readonly #isOpenToAll: boolean;
  readonly #find: (given: string) => ApiToken | undefined;
  readonly #onWrongToken: (address: string) => void;
  readonly #requests: RateLimiter;
  readonly #wrongTokens: RateLimiter;
  /** Who came from where with a right token, so that a wrong one beside it does not shut it out. */
  readonly #welcome = new Set<string>();

  constructor(options: DoorkeeperOptions) {
    const { apiTokens, rateLimitPerSecond, now = () => performance.now() } = options;
    this.#isOpenToAll = apiTokens.length === 0;
    this.#find = tokenFinder(apiTokens);
    this.#onWrongToken = options.onWrongToken;
    const burst = rateLimitPerSecond * BURST_SECONDS;
    this.#requests = new RateLimiter({ perSecond: rateLimitPerSecond, burst, now });
    this.#wrongTokens = new RateLimiter({ ...WRONG_TOKENS, now });
  }

  /** @throws NommerError UNAUTHORIZED, FORBIDDEN, RATE_LIMITED (then a RateLimited) */
  admit({ authorization, address }: Knock, access: Access): Caller {
    const key = addressKey(address);
    const nobody: Caller = {
      name: null,
      scopes: API_SCOPES,
      onlyOwn: false,
      limitKey: key === null ? null : `address ${key}`,
    };
    if (this.#isOpenToAll || access === 'open') return this.#counted(nobody);
    const given = tokenIn(authorization);
    if (given === undefined) {
      this.#counted(nobody);
      throw new NommerError(
        'UNAUTHORIZED',
        'This call needs a token: Authorization: Bearer TOKEN, or TOKEN as the password of Basic',
      );
    }
    const { name, scopes, onlyOwn } = this.#identify(given, key ?? 'this machine', address);
    const caller = this.#counted({ name, scopes, onlyOwn, limitKey: `token ${name}` });
    if (access.length === 0 || access.some((scope) => scopes.includes(scope))) return caller;
    throw new NommerError(
      'FORBIDDEN',
      `The token lacks the scope ${access.map((scope) => `"${scope}"`).join(' or ')}; ` +
        `it has ${scopes.map((scope) => `"${scope}"`).join(', ')}`,
    );
  }

  #identify(given: string, key: string, address: string): ApiToken {
    const token = this.#find(given);
    const visit = `${key} ${token?.name}`;
    const isWelcome = token !== undefined && this.#welcome.has(visit);
    const wait = this.#wrongTokens.wait(key);
    // Right or wrong: who guesses must not learn which.
    if (wait > 0 && !isWelcome) {
      throw new RateLimited('Too many wrong tokens came from this address', wait);
    }
    if (token === undefined) {
      this.#wrongTokens.take(key);
      this.#onWrongToken(address);
      throw new NommerError('UNAUTHORIZED', 'This token is not known here');
    }
    if (this.#welcome.size >= MAX_WELCOME) this.#welcome.clear();
    this.#welcome.add(visit);
    return token;
  }

  #counted(caller: Caller): Caller {
    const wait = caller.limitKey === null ? 0 : this.#requests.take(caller.limitKey);
    if (wait > 0) throw new RateLimited('Too many requests', wait);
    return caller;
  }
}
