import type { ApiScope } from '../../conf/api-tokens.ts';

/** Who makes a request, as far as anybody knows. */
export interface Caller {
  /** Its token's name; null where no token was asked for. */
  readonly name: string | null;
  readonly scopes: readonly ApiScope[];
  /** Jobs that others have submitted are not there for it. */
  readonly onlyOwn: boolean;
  /** Whose limits its requests count against; null: nobody's. */
  readonly limitKey: string | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before anything else is done with a request. */
    caller: Caller;
  }
  interface FastifyContextConfig {
    /** A route that only tells what its path takes. */
    refuses?: true;
  }
}
