import type { ApiScope } from '../../conf/api-tokens.ts';

/**
 * What a call asks of a token: nothing, not even that there is one; or one of these scopes. None: any token
 * will do.
 */
export type Access = 'open' | readonly ApiScope[];
